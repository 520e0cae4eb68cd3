"""What each caller may do on each page, in the words and columns of `permission_table`. `in`: led to the sign-in."""

PAGES = """
                                                              reporter     of this county        of another county
                                                       nobody own  others' coord. auditor admin  coord. auditor admin

GET    /                                               ok     ok   ok      ok     ok      ok     ok     ok      ok
GET    /board/{checklist_id}                           ok     ok   ok      ok     ok      ok     ok     ok      ok
POST   /board/{checklist_id}/publication               401    role role    ok     role    ok     403    role    403
GET    /desk                                           in     ok   ok      ok     ok      ok     ok     ok      ok
GET    /obligations                                    in     ok   ok      ok     ok      ok     ok     ok      ok
GET    /obligations/{obligation_id}                    in     ok   404     ok     ok      ok     404    404     404
POST   /obligations/{obligation_id}/reports            401    ok   404     role   role    role   no     no      no
POST   /obligations/{obligation_id}/receipt            401    ok   404     role   role    role   no     no      no
POST   /obligations/{obligation_id}/extensions         401    ok   404     role   role    role   no     no      no
POST   /obligations/{obligation_id}/findings/{finding_id}/answers 401 ok 404 role role    role   no     no      no
POST   /obligations/{obligation_id}/urgings/{urging_id}/answer    401 ok 404 role role    role   no     no      no
POST   /obligations/{obligation_id}/waiting-reports/{report_id}/release    401 role no role role role no no no
POST   /obligations/{obligation_id}/waiting-reports/{report_id}/withdrawal 401 ok 404 role role role no no no
POST   /obligations/{obligation_id}/updates/{update_id}/review    401 role no ok  role    ok     404    no      404
POST   /obligations/{obligation_id}/extensions/{extension_id}/decision 401 role no ok role ok 404 no 404
POST   /obligations/{obligation_id}/urgings            401    role no      ok     role    ok     404    no      404
POST   /obligations/{obligation_id}/findings           401    role no      role   ok      role   no     404     no
POST   /obligations/{obligation_id}/findings/{finding_id}/extension 401 role no role ok   role   no     404     no
POST   /obligations/{obligation_id}/findings/{finding_id}/closure 401 role no   role ok   role   no     404     no
GET    /office                                         in     ok   ok      ok     ok      ok     ok     ok      ok
GET    /overdue                                        in     ok   ok      ok     ok      ok     ok     ok      ok
POST   /overdue/urgings                                401    role role    ok     role    ok     404    role    404
GET    /imports                                        in     role role    ok     role    ok     ok     role    ok
POST   /imports                                        401    role role    ok     role    ok     403    role    403
GET    /imports/{import_id}                            in     role role    ok     role    ok     404    role    404
POST   /imports/{import_id}/answers                    401    role role    ok     role    ok     404    role    404
POST   /imports/{import_id}/commit                     401    role role    ok     role    ok     404    role    404
GET    /evidence/{evidence_id}/file                    in     ok   404     ok     ok      ok     404    404     404
"""
