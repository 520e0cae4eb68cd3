"""What each caller may do on each route, written by hand from who does what (README and docs), not from the code.

    ok     done, or answered with rows
    none   answered, and nothing of this county is in it
    401    needs a key
    role   403, as the role may not, whatever the row
    403    the row can be seen, and is not theirs to change
    404    there is no such row for them
    no     role or 404: neither the role nor the row is theirs

A reporter acts on rows of its own unit, then on those of another one. An officer of another county acts on rows of this
one; of the registers it sees what is published to everyone.
"""

TABLE = """
                                                             reporter     of this county        of another county
                                                      nobody own  others' coord. auditor admin  coord. auditor admin

GET    /checklists                                    ok     ok   ok      ok     ok      ok     ok     ok      ok
POST   /checklists                                    401    role role    ok     role    ok     403    role    403
GET    /checklists/{checklist_id}                     ok     ok   ok      ok     ok      ok     ok     ok      ok
PATCH  /checklists/{checklist_id}                     401    role role    ok     role    ok     403    role    403
PUT    /checklists/{checklist_id}/publication         401    role role    ok     role    ok     403    role    403
DELETE /checklists/{checklist_id}/publication         401    role role    ok     role    ok     403    role    403
PUT    /checklists/{checklist_id}/archival            401    role role    ok     role    ok     403    role    403
DELETE /checklists/{checklist_id}/archival            401    role role    ok     role    ok     403    role    403
GET    /checklists/{checklist_id}/register            ok     ok   ok      ok     ok      ok     ok     ok      ok
GET    /checklists/{checklist_id}/working-register    401    ok   ok      ok     ok      ok     none   none    none
GET    /checklists/{checklist_id}/dashboard           401    ok   ok      ok     ok      ok     ok     ok      ok
GET    /checklists/{checklist_id}/sections            ok     ok   ok      ok     ok      ok     ok     ok      ok
POST   /checklists/{checklist_id}/sections            401    role role    ok     role    ok     403    role    403
PATCH  /sections/{section_id}                         401    role role    ok     role    ok     403    role    403

GET    /tasks                                         ok     ok   ok      ok     ok      ok     ok     ok      ok
POST   /tasks                                         401    role role    ok     role    ok     403    role    403
POST   /checklists/{checklist_id}/tasks               401    role role    ok     role    ok     403    role    403
GET    /tasks/{task_id}                               ok     ok   ok      ok     ok      ok     ok     ok      ok
PATCH  /tasks/{task_id}                               401    role role    ok     role    ok     403    role    403
GET    /tasks/{task_id}/periods                       ok     ok   ok      ok     ok      ok     ok     ok      ok
GET    /tasks/{task_id}/events                        ok     ok   ok      ok     ok      ok     ok     ok      ok
POST   /tasks/{task_id}/events                        401    ok   403     ok     role    ok     403    role    403
PUT    /tasks/{task_id}/events/{event_id}/withdrawal  401    role role    ok     role    ok     403    role    403
PUT    /tasks/{task_id}/suspension                    401    role role    ok     role    ok     403    role    403
DELETE /tasks/{task_id}/suspension                    401    role role    ok     role    ok     403    role    403
PUT    /tasks/{task_id}/withdrawal                    401    role role    ok     role    ok     403    role    403
PUT    /tasks/{task_id}/units/{unit_id}               401    role role    ok     role    ok     403    role    403
DELETE /tasks/{task_id}/units/{unit_id}               401    role role    ok     role    ok     403    role    403
PUT    /tasks/{task_id}/units/{unit_id}/closure       401    role role    ok     role    ok     403    role    403
DELETE /tasks/{task_id}/units/{unit_id}/closure       401    role role    ok     role    ok     403    role    403
POST   /tasks/{task_id}/units/{unit_id}/updates       401    ok   403     role   role    role   role   role    role
POST   /assignments                                   401    role role    ok     role    ok     403    role    403

GET    /obligations                                   401    ok   none    ok     ok      ok     none   none    none
GET    /obligations/{obligation_id}                   401    ok   404     ok     ok      ok     404    404     404
GET    /obligations/{obligation_id}/updates           401    ok   404     ok     ok      ok     404    404     404
GET    /obligations/{obligation_id}/timeline          401    ok   404     ok     ok      ok     404    404     404
POST   /obligations/{obligation_id}/updates           401    ok   404     role   role    role   no     no      no
PUT    /obligations/{obligation_id}/receipt           401    ok   404     role   role    role   no     no      no
POST   /receipts                                      401    ok   404     role   role    role   no     no      no
POST   /obligations/{obligation_id}/waiver            401    role no      ok     role    ok     404    no      404
POST   /obligations/{obligation_id}/reopening         401    role no      ok     role    ok     404    no      404
PUT    /obligations/{obligation_id}/suspension        401    role no      ok     role    ok     404    no      404
DELETE /obligations/{obligation_id}/suspension        401    role no      ok     role    ok     404    no      404
GET    /obligations/{obligation_id}/extensions        401    ok   404     ok     ok      ok     404    404     404
POST   /obligations/{obligation_id}/extensions        401    ok   404     role   role    role   no     no      no
PUT    /obligations/{obligation_id}/extension-opening 401    role no      ok     role    ok     404    no      404
GET    /obligations/{obligation_id}/findings          401    ok   404     ok     ok      ok     404    404     404
POST   /obligations/{obligation_id}/findings          401    role no      role   ok      role   no     404     no
POST   /waivers                                       401    role no      ok     role    ok     404    no      404

GET    /updates                                       401    ok   none    ok     ok      ok     none   none    none
POST   /updates                                       401    ok   404     role   role    role   no     no      no
POST   /updates/{update_id}/evidence                  401    ok   404     role   role    role   no     no      no
POST   /updates/{update_id}/links                     401    ok   404     role   role    role   no     no      no
PUT    /updates/{update_id}/withdrawal                401    ok   404     role   role    role   no     no      no
POST   /updates/{update_id}/review                    401    role no      ok     role    ok     404    no      404
POST   /reviews                                       401    role no      ok     role    ok     404    no      404
GET    /waiting-reports                               401    ok   none    none   none    none   none   none    none
PUT    /waiting-reports/{report_id}/release           401    role role    role   role    role   role   role    role
PUT    /waiting-reports/{report_id}/withdrawal        401    ok   404     role   role    role   role   role    role
POST   /waiting-reports/{report_id}/evidence          401    ok   404     role   role    role   role   role    role
GET    /evidence/{evidence_id}/file                   401    ok   404     ok     ok      ok     404    404     404
GET    /extensions                                    401    ok   none    ok     ok      ok     none   none    none
PUT    /extensions/{extension_id}/decision            401    role no      ok     role    ok     404    no      404
POST   /extension-decisions                           401    role no      ok     role    ok     404    no      404
POST   /extensions/{extension_id}/evidence            401    ok   404     role   role    role   no     no      no
GET    /findings                                      401    ok   none    ok     ok      ok     none   none    none
POST   /findings                                      401    role no      role   ok      role   no     404     no
GET    /findings/{finding_id}                         401    ok   404     ok     ok      ok     404    404     404
POST   /findings/{finding_id}/answers                 401    ok   404     role   role    role   no     no      no
POST   /findings/{finding_id}/evidence                401    ok   404     role   role    role   no     no      no
POST   /findings/{finding_id}/extension               401    role no      role   ok      role   no     404     no
POST   /findings/{finding_id}/closure                 401    role no      role   ok      role   no     404     no
POST   /finding-closures                              401    role no      role   ok      role   no     404     no

GET    /urgings                                       401    ok   none    ok     ok      ok     none   none    none
POST   /urgings                                       401    role role    ok     role    ok     404    role    404
GET    /urgings/{urging_id}                           401    ok   404     ok     ok      ok     404    404     404
PUT    /urgings/{urging_id}/receipt                   401    ok   404     role   role    role   no     no      no
POST   /urgings/{urging_id}/answer                    401    ok   404     role   role    role   no     no      no

GET    /checklists/{checklist_id}/reminder-rules      401    ok   ok      ok     ok      ok     ok     ok      ok
PUT    /checklists/{checklist_id}/reminder-rules      401    role role    ok     role    ok     403    role    403
GET    /subscriptions                                 401    role role    ok     role    ok     none   role    none
POST   /subscriptions                                 401    role role    ok     role    ok     403    role    403
DELETE /subscriptions/{subscription_id}               401    role no      ok     role    ok     404    no      404
POST   /subscriptions/{subscription_id}/secret        401    role no      ok     role    ok     404    no      404
GET    /subscriptions/{subscription_id}/deliveries    401    role no      ok     role    ok     404    no      404
POST   /subscriptions/{subscription_id}/deliveries/{delivery_id}/redelivery 401 role no ok role ok 404 no 404
POST   /subscriptions/{subscription_id}/replay        401    role no      ok     role    ok     404    no      404
GET    /notices/events                                401    ok   none    ok     ok      ok     none   none    none
GET    /notices/preview                               401    role role    ok     ok      ok     none   none    none
GET    /notices/health                                401    role role    ok     ok      ok     ok     ok      ok
GET    /me/notices                                    401    ok   ok      ok     ok      ok     none   none    none
PUT    /me/notices/{notice_id}/read-mark              401    ok   404     404    404     404    404    404     404
GET    /me/sessions                                   401    ok   ok      none   none    none   none   none    none
DELETE /me/sessions/{session_id}                      401    ok   404     404    404     404    404    404     404

GET    /overdue                                       401    ok   none    ok     ok      ok     none   none    none
GET    /tallies/by-unit                               401    ok   none    ok     ok      ok     none   none    none
GET    /tallies/by-task                               401    ok   none    ok     ok      ok     none   none    none
GET    /tallies/by-section                            401    ok   none    ok     ok      ok     none   none    none
GET    /tallies/by-jurisdiction                       401    ok   none    ok     ok      ok     none   none    none
GET    /overdue/by-unit                               401    ok   none    ok     ok      ok     none   none    none
GET    /overdue/by-task                               401    ok   none    ok     ok      ok     none   none    none
GET    /overdue/by-section                            401    ok   none    ok     ok      ok     none   none    none
GET    /overdue/by-jurisdiction                       401    ok   none    ok     ok      ok     none   none    none
GET    /oversight/ranking                             401    ok   none    ok     ok      ok     none   none    none
GET    /oversight/trend                               401    ok   none    ok     ok      ok     none   none    none
GET    /oversight/contradictions                      401    ok   none    ok     ok      ok     none   none    none

GET    /jurisdictions                                 ok     ok   ok      ok     ok      ok     ok     ok      ok
PUT    /jurisdictions/{code}                          401    role role    ok     role    ok     403    role    403
GET    /units                                         ok     ok   ok      ok     ok      ok     ok     ok      ok
POST   /units                                         401    role role    ok     role    ok     403    role    403
GET    /units/{unit_id}                               ok     ok   ok      ok     ok      ok     ok     ok      ok
PATCH  /units/{unit_id}                               401    role role    ok     role    ok     403    role    403
POST   /units/{unit_id}/aliases                       401    role role    ok     role    ok     403    role    403
DELETE /units/{unit_id}/aliases/{alias}               401    role role    ok     role    ok     403    role    403
PUT    /units/{unit_id}/dissolution                   401    role role    ok     role    ok     403    role    403
GET    /units/{unit_id}/members                       ok     ok   ok      ok     ok      ok     ok     ok      ok
PUT    /units/{unit_id}/members/{member_id}           401    role role    ok     role    ok     403    role    403
DELETE /units/{unit_id}/members/{member_id}           401    role role    ok     role    ok     403    role    403
GET    /units/{unit_id}/obligations                   401    ok   403     ok     ok      ok     none   none    none
GET    /units/{unit_id}/contacts                      401    ok   403     ok     ok      ok     403    403     403
GET    /units/{unit_id}/deliveries                    401    role role    none   role    none   403    role    403
POST   /units/{unit_id}/contacts                      401    ok   403     ok     role    ok     403    role    403
PATCH  /units/{unit_id}/contacts/{contact_id}         401    ok   403     ok     role    ok     403    role    403
DELETE /units/{unit_id}/contacts/{contact_id}         401    ok   403     ok     role    ok     403    role    403

GET    /units/{unit_id}/due-days.ics                  ok     ok   ok      ok     ok      ok     ok     ok      ok
GET    /units/{unit_id}/calendar-tokens               401    ok   403     ok     ok      ok     403    403     403
POST   /units/{unit_id}/calendar-tokens               401    ok   403     ok     role    ok     403    role    403
DELETE /units/{unit_id}/calendar-tokens/{token_id}    401    ok   403     ok     role    ok     403    role    403

POST   /registers/readings                            401    role role    ok     role    ok     403    role    403
POST   /registers/cell-readings                       401    role role    ok     role    ok     403    role    403
POST   /registers/requirement-readings                401    role role    ok     role    ok     ok     role    ok
GET    /registers/imports                             401    role role    ok     role    ok     none   role    none
POST   /registers/imports                             401    role role    ok     role    ok     403    role    403
GET    /registers/imports/{import_id}                 401    role no      ok     role    ok     404    no      404
POST   /registers/imports/{import_id}/answers         401    role no      ok     role    ok     404    no      404
POST   /registers/imports/{import_id}/commit          401    role no      ok     role    ok     404    no      404

GET    /calendar/days                                 ok     ok   ok      ok     ok      ok     ok     ok      ok
GET    /calendar/deadline                             ok     ok   ok      ok     ok      ok     ok     ok      ok
PUT    /calendar/days                                 401    role role    role   role    403    role   role    403
GET    /me                                            ok     ok   ok      ok     ok      ok     ok     ok      ok
GET    /me/todo                                       401    ok   ok      ok     ok      ok     ok     ok      ok
GET    /me/feed                                       401    ok   ok      role   role    role   role   role    role
GET    /vocabulary                                    ok     ok   ok      ok     ok      ok     ok     ok      ok

GET    /journal                                       401    role role    ok     ok      ok     none   none    none
GET    /journal/heads                                 401    role role    role   ok      ok     role   ok      ok
GET    /journal/{stream}                              401    role no      ok     ok      ok     404    404     404
PUT    /journal/{stream}/{seq}/redaction              401    role no      role   role    ok     no     no      404
PUT    /redaction                                     401    role role    role   role    ok     role   role    none
GET    /keys                                          401    role role    ok     role    ok     none   role    none
POST   /keys                                          401    role role    ok     role    ok     403    role    403
DELETE /keys/{key_id}                                 401    role no      ok     role    ok     404    no      404
GET    /persons                                       401    role role    ok     role    ok     none   role    none
POST   /persons                                       401    role role    ok     role    ok     403    role    403
PATCH  /persons/{person_id}                           401    role no      ok     role    ok     404    no      404
DELETE /persons/{person_id}                           401    role no      ok     role    ok     404    no      404
GET    /claim-rules                                   401    role role    role   role    ok     role   role    none
POST   /claim-rules                                   401    role role    role   role    ok     role   role    403
DELETE /claim-rules/{rule_id}                         401    role role    role   role    ok     role   role    404
"""
