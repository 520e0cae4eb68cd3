// What a frontend does first: list, filter, page, post, upload, and decide by the code of a problem.
// The types are openapi-typescript's with its own defaults, and nothing here casts.
import createClient from "openapi-fetch";
import type { components, paths } from "./openapi";

type Obligation = components["schemas"]["ObligationPublic"];
type Problem = components["schemas"]["Problem"];

function connect(baseUrl: string, key: string) {
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
}

type Api = ReturnType<typeof connect>;

/** All that the caller's unit still owes, a page at a time. */
async function owed(api: Api): Promise<Obligation[]> {
  const found: Obligation[] = [];
  let cursor: string | null = null;
  do {
    const next: { cursor?: string } = cursor === null ? {} : { cursor };
    const query = { open: true, limit: 2, ...next };
    const { data, error } = await api.GET("/api/v1/obligations", { params: { query } });
    if (error) throw new Error(error.detail);
    found.push(...data.items);
    cursor = data.next_cursor;
  } while (cursor !== null);
  return found;
}

function asForm(body: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.append(name, value instanceof Blob ? value : String(value));
  return form;
}

function advice(problem: Problem): string {
  switch (problem.code) {
    case "obligation_closed":
      return `closed: ${problem.type}`;
    case "invalid_request":
      return problem.errors.map((wrong) => wrong.field).join(", ");
    default:
      return problem.detail;
  }
}

/** A unit reports the first obligation that it owes, shows a file for it, and reports it once more. */
export async function story(baseUrl: string, key: string) {
  const api = connect(baseUrl, key);
  const obligations = await owed(api);
  const [first] = obligations;
  if (first === undefined) throw new Error("nothing is owed");
  const path = { obligation_id: first.id };
  const report = { state: "completed", narrative: "已按月公开。" } as const;
  const posted = await api.POST("/api/v1/obligations/{obligation_id}/updates", { params: { path }, body: report });
  if (posted.error) throw new Error(advice(posted.error));
  const evidence = await api.POST("/api/v1/updates/{update_id}/evidence", {
    params: { path: { update_id: posted.data.id } },
    body: { file: new File(["公开地址:霍邱县人民政府网站"], "公开说明.txt") },
    bodySerializer: asForm,
  });
  if (evidence.error) throw new Error(advice(evidence.error));
  const again = await api.POST("/api/v1/obligations/{obligation_id}/updates", { params: { path }, body: report });
  return {
    owed: obligations.length,
    left: (await owed(api)).length,
    file: evidence.data.file_name,
    refused: again.error ? advice(again.error) : null,
  };
}
