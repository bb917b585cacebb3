// One POST to our own server with its progress: fetch() cannot tell how much has gone out.

export interface Answer {
  status: number;
  url: string;
  page: Document;
}

/** The page the server answered with. Rejects when the line is gone. */
export function post(url: string, body: FormData, progress: (share: number) => void): Promise<Answer> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.timeout = 180_000;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      done({ status: request.status, url: request.responseURL, page });
    });
    for (const broken of ["error", "timeout", "abort"]) request.addEventListener(broken, () => fail(new Error(broken)));
    request.send(body);
  });
}

/** What the page says went wrong; empty when it does not say. */
export function complaint(page: Document): string {
  return page.querySelector(".portal-body [role=alert], [role=alert]")?.textContent?.trim() ?? "";
}
