// The one live socket of a tab (docs/live.md): watches what the page's live elements name, and catches up by itself.
import { word } from "./web";

export interface Here {
  id: number;
  name: string;
  doing: string;
}

type Frame = {
  hello?: { user: number; now: number };
  watching?: string[];
  topics?: string[];
  id?: number;
  now?: number;
  behind?: boolean;
  here?: string;
  people?: Here[];
  ping?: number;
  pong?: number;
};

const topics = new Map<string, number>();
let socket: WebSocket | undefined;
let newest = 0;
let opened = false;
let stopped = false;
let tries = 0;
let watching = 0;
let reconnecting = 0;
let behindSoon = 0;
let beating = 0;
let unanswered = 0;
let place: { topic: string; doing: string } | null = null;
let user = 0;

/** Tell the server that `topic` is on the page; call the answer when it no longer is. */
export function watch(topic: string): () => void {
  topics.set(topic, (topics.get(topic) ?? 0) + 1);
  watchSoon();
  if (!socket && !stopped) connect();
  return () => {
    const left = (topics.get(topic) ?? 1) - 1;
    if (left > 0) topics.set(topic, left);
    else topics.delete(topic);
    watchSoon();
  };
}

/** This tab looks at (or writes on) `topic`; null when it is on none. */
export function standOn(topic: string | null, doing = "viewing"): void {
  place = topic ? { topic, doing } : null;
  send(place ? { here: place.topic, doing } : { here: null });
}

export function whoAmI(): number {
  return user;
}

function connect(): void {
  clearTimeout(reconnecting);
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.addEventListener("message", (event) => heard(JSON.parse(String(event.data)) as Frame));
  socket.addEventListener("close", (event) => closed(event.code));
}

function heard(frame: Frame): void {
  newest = Math.max(newest, frame.id ?? 0, frame.now ?? 0);
  if (frame.hello) {
    user = frame.hello.user;
    tries = 0;
    const again = opened;
    opened = true;
    send({ watch: [...topics.keys()], ...(again ? { since: newest } : {}) });
    newest = Math.max(newest, frame.hello.now);
    if (place) send({ here: place.topic, doing: place.doing });
    beat();
  }
  if (frame.watching) caughtUp();
  if (frame.topics) tell("suhui:changed", frame.topics);
  if (frame.behind) tell("suhui:changed", [...topics.keys()]);
  if (frame.here && frame.people) tell("suhui:here", { topic: frame.here, people: frame.people });
  if (frame.ping !== undefined) send({ pong: frame.ping });
  if (frame.pong !== undefined) clearTimeout(unanswered);
}

function closed(code: number): void {
  clearInterval(beating);
  clearTimeout(unanswered);
  socket = undefined;
  if (code === 4401 || code === 4400) {
    stopped = true;
    return caughtUp();
  }
  if (!behindSoon) behindSoon = window.setTimeout(() => bar(word("behind")), 3000);
  const wait = Math.min(30_000, 500 * 2 ** tries++);
  reconnecting = window.setTimeout(connect, wait * (1 + Math.random() / 2));
}

function caughtUp(): void {
  clearTimeout(behindSoon);
  behindSoon = 0;
  bar("");
}

function bar(text: string): void {
  const notice = document.getElementById("behind");
  if (!notice) return;
  notice.textContent = text;
  notice.hidden = text === "";
}

function beat(): void {
  clearInterval(beating);
  beating = window.setInterval(() => {
    if (document.visibilityState !== "visible") return;
    send({ ping: 1 });
    unanswered = window.setTimeout(() => socket?.close(), 10_000);
  }, 25_000);
}

function watchSoon(): void {
  clearTimeout(watching);
  watching = window.setTimeout(() => send({ watch: [...topics.keys()] }), 50);
}

function send(frame: object): void {
  if (socket?.readyState === WebSocket.OPEN && opened) socket.send(JSON.stringify(frame));
}

function tell(name: string, detail: unknown): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function atOnce(): void {
  if (socket || stopped || topics.size === 0 || document.visibilityState !== "visible") return;
  tries = 0;
  connect();
}

window.addEventListener("online", atOnce);
document.addEventListener("visibilitychange", atOnce);
