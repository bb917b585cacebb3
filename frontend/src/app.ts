// The start of every page: htmx for fragments, Stimulus for islands. Nothing is evaluated and nothing is inline (CSP).
import { Application } from "@hotwired/stimulus";
import htmx from "htmx.org";
import islands from "islands";
import { csrf } from "./desk/web";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.disableInheritance = true;
htmx.config.historyEnabled = false;
htmx.config.selfRequestsOnly = true;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  headers["X-CSRFToken"] = csrf();
});

const application = Application.start();
for (const [name, controller] of islands) application.register(name, controller);
