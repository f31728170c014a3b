"use strict";

// Data is written with textContent and setAttribute only, never parsed as HTML.

const POLL_MILLIS = 10000;
const LEAST_GAP_MILLIS = 1000;
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 140;
const HEIGHT = 36;

const byId = (id) => document.getElementById(id);
const count = (value) => (value === undefined ? "–" : value.toLocaleString("en-US"));
const share = (value) => (value === undefined ? "–" : value.toFixed(4));

let shownVersion = 0;
let loading = false;
let wanted = false;
let lastLoad = 0;
let events = null;

function text(node, value) {
  if (node.textContent !== value) {
    node.textContent = value;
  }
}

function element(name, className, value) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  if (value !== undefined) {
    made.textContent = value;
  }
  return made;
}

/** Keeps the nodes of known keys, so that focus, scroll position and open details stay. */
function keyed(parent, items, keyOf, make, fill) {
  const known = new Map();
  const keys = new Set(items.map(keyOf));
  for (const child of [...parent.children]) {
    if (keys.has(child.dataset.key)) {
      known.set(child.dataset.key, child);
    } else {
      child.remove();
    }
  }
  let position = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let node = known.get(key);
    if (!node) {
      node = make(item);
      node.dataset.key = key;
    }
    fill(node, item);
    if (node === position) {
      position = position.nextElementSibling;
    } else {
      parent.insertBefore(node, position);
    }
  }
}

function row(cells) {
  const made = element("tr");
  cells.forEach((className, index) => {
    const cell = element(index === 0 ? "th" : "td", className);
    if (index === 0) {
      cell.scope = "row";
    }
    made.append(cell);
  });
  return made;
}

function duration(seconds) {
  if (seconds < 90) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

function showReplica(replica) {
  const leads = replica.role === "Leading";
  text(byId("replica"), `${replica.instance}, version ${replica.version}, ${leads ? "leading" : replica.role === "Standby" ? "standby" : "taking over"}`);
  const notice = byId("standby");
  notice.hidden = leads;
  document.querySelectorAll("main > section").forEach((section) => {
    section.hidden = !leads;
  });
  text(notice, leads ? "" : replica.role === "Standby"
    ? `The replica ${replica.instance} does not lead and has no data. “kubectl tier dashboard” opens the page of the leader.`
    : `The replica ${replica.instance} has just become the leader and reads its resources.`);
}

function showCollections(collections) {
  byId("no-collections").hidden = collections.length > 0;
  keyed(byId("collections"), collections, (one) => `${one.namespace}/${one.name}`,
    () => row(["", "", "", "number", "number", "number", "number", "number", "message"]),
    (node, one) => {
      const cells = node.children;
      text(cells[0], `${one.namespace}/${one.name}`);
      cells[0].title = one.collection ? `Collection ${one.collection} in Qdrant` : "";
      text(cells[1], one.ready);
      cells[1].className = one.ready === "True" ? "good" : one.ready === "False" ? "bad" : "wait";
      text(cells[2], one.mode ?? "–");
      text(cells[3], count(one.tenants));
      text(cells[4], count(one.dedicated));
      text(cells[5], count(one.fallbackPoints));
      text(cells[6], share(one.thresholds.promoteAbove));
      text(cells[7], share(one.thresholds.demoteBelow));
      text(cells[8], one.waitingFor ? `Waiting: ${one.waitingFor}` : one.message);
    });
}

function makeMove() {
  const made = element("article", "move");
  made.append(element("h3"), element("p", "phase"), element("ol", "steps"), element("progress"), element("p", "soft"));
  return made;
}

function fillMove(node, move) {
  const [title, phase, steps, progress, message] = node.children;
  text(title, `${move.direction} ${move.tenant}`);
  const eta = move.etaSeconds === undefined ? "" : `, about ${duration(move.etaSeconds)} left in this step`;
  const percent = move.percent === undefined ? "" : `, ${move.percent} %`;
  text(phase, `${move.namespace}/${move.collection} · ${move.name} · ${move.phase}${move.step === undefined ? "" : `, step ${move.step} of ${move.steps.length}`}${percent}${eta}`);
  keyed(steps, move.steps.map((name, index) => ({ name, index })), (step) => `${step.index}`,
    () => element("li"),
    (item, step) => {
      text(item, step.name);
      item.className = move.step !== undefined && step.index + 1 < move.step ? "done" : "";
      if (step.index + 1 === move.step) {
        item.setAttribute("aria-current", "step");
      } else {
        item.removeAttribute("aria-current");
      }
    });
  progress.hidden = move.percent === undefined;
  progress.max = 100;
  progress.value = move.percent ?? 0;
  progress.setAttribute("aria-label", `Progress of step ${move.stepName ?? ""} of ${move.name}`);
  text(message, move.message);
}

function showMoves(moves) {
  byId("no-moves").hidden = moves.length > 0;
  keyed(byId("moves"), moves, (move) => `${move.namespace}/${move.name}`, makeMove, fillMove);
  // Only a new step is announced, not every percent.
  text(byId("step"), moves.filter((move) => move.stepName)
    .map((move) => `${move.direction} ${move.tenant}: step ${move.step} of ${move.steps.length}, ${move.stepName}`)
    .join(". "));
}

function line(className, y) {
  const made = document.createElementNS(SVG, "line");
  made.setAttribute("class", className);
  made.setAttribute("x1", "0");
  made.setAttribute("x2", `${WIDTH}`);
  made.setAttribute("y1", y);
  made.setAttribute("y2", y);
  return made;
}

function spark(cell, tenant) {
  const history = tenant.history;
  if (!history || tenant.mass === undefined) {
    cell.replaceChildren(element("span", "soft", "–"));
    return;
  }
  const { promoteAbove, demoteBelow } = tenant.thresholds;
  const now = Math.max(Date.now() / 1000, history.times[history.times.length - 1] + 1);
  const signature = `${history.times.length}/${history.times[history.times.length - 1]}/${tenant.mass}/${promoteAbove}/${demoteBelow}/${Math.round(now / 10)}`;
  if (cell.dataset.signature === signature) {
    return;
  }
  cell.dataset.signature = signature;
  const first = history.times[0];
  const top = Math.max(...history.masses, tenant.mass, promoteAbove ?? 0, demoteBelow ?? 0, 1e-9) * 1.1;
  const x = (time) => (((time - first) / Math.max(1, now - first)) * WIDTH).toFixed(1);
  const y = (mass) => (HEIGHT - (mass / top) * HEIGHT).toFixed(1);
  const points = history.times.map((time, index) => `${x(time)},${y(history.masses[index])}`);
  points.push(`${WIDTH},${y(tenant.mass)}`);
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "spark");
  made.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", `Damped share from ${share(history.masses[0])} to ${share(tenant.mass)} in ${duration(now - first)}`
    + (promoteAbove === undefined ? "" : `; promote above ${promoteAbove}`)
    + (demoteBelow === undefined ? "" : `; demote below ${demoteBelow}`));
  if (promoteAbove !== undefined) {
    made.append(line("promote", y(promoteAbove)));
  }
  if (demoteBelow !== undefined) {
    made.append(line("demote", y(demoteBelow)));
  }
  const path = document.createElementNS(SVG, "polyline");
  path.setAttribute("class", "mass");
  path.setAttribute("points", points.join(" "));
  made.append(path);
  cell.replaceChildren(made);
}

function gates(cell, tenant) {
  const all = tenant.gates;
  if (all.length === 0) {
    text(cell, "–");
    return;
  }
  if (!cell.querySelector("details")) {
    const made = element("details");
    made.append(element("summary"), element("ul", "gates"));
    cell.replaceChildren(made);
  }
  const unmet = all.filter((gate) => !gate.met);
  text(cell.querySelector("summary"), unmet.length === 0 ? `all ${all.length} met` : `${unmet.length} of ${all.length} not met`);
  keyed(cell.querySelector("ul"), all, (gate) => gate.name ?? "", () => element("li"), (item, gate) => {
    item.className = gate.met ? "good" : "wait";
    text(item, `${gate.met ? "met" : "not met"}: ${gate.name}, ${gate.current ?? "–"}, required ${gate.required ?? "–"}${gate.earliest ? `, at the earliest ${gate.earliest}` : ""}`);
  });
}

function showTenants(tenants) {
  const filtered = byId("filter").value.trim() !== "";
  const rest = (filtered ? tenants.matching : tenants.all) - tenants.rows.length;
  text(byId("count"), (filtered
    ? `${count(tenants.matching)} of ${count(tenants.known)} known tenants match.`
    : `${count(tenants.all)} ${tenants.all === 1 ? "tenant" : "tenants"}.`)
    + (rest > 0 ? ` ${count(tenants.rows.length)} are shown, the biggest first; ${count(rest)} more are not.` : ""));
  keyed(byId("rows"), tenants.rows, (one) => JSON.stringify([one.namespace, one.collection, one.tenant, one.resource ?? ""]),
    () => row(["", "number", "", "nowrap", "number", "nowrap", "message", ""]),
    (node, one) => {
      const cells = node.children;
      text(cells[0], one.tenant);
      cells[0].title = one.resource ? `TenantTier ${one.resource}` : "Has no TenantTier";
      text(cells[1], share(one.mass));
      spark(cells[2], one);
      text(cells[3], `${one.tier ?? "–"}${one.pin ? ` (pinned ${one.pin})` : ""}`);
      text(cells[4], count(one.points));
      text(cells[5], `${one.namespace}/${one.collection}`);
      text(cells[6], [one.advice.action, one.advice.message].filter((part) => part).join(": ") || "–");
      gates(cells[7], one);
    });
}

function showTrail(trail) {
  byId("no-trail").hidden = trail.length > 0;
  keyed(byId("trail"), trail, (entry) => `${entry.collection}#${entry.sequence}`,
    () => row(["nowrap", "nowrap", "", "message"]),
    (node, entry) => {
      const cells = node.children;
      text(cells[0], entry.time);
      text(cells[1], entry.collection);
      text(cells[2], entry.tenant || "–");
      text(cells[3], entry.text);
    });
}

function show(state) {
  shownVersion = state.version;
  showReplica(state.replica);
  showCollections(state.collections);
  showMoves(state.moves);
  showTenants(state.tenants);
  showTrail(state.trail);
}

/** Asks for the state, once at a time and at most once a second. */
async function load() {
  if (loading) {
    wanted = true;
    return;
  }
  loading = true;
  wanted = false;
  const gap = lastLoad + LEAST_GAP_MILLIS - Date.now();
  if (gap > 0) {
    await new Promise((resolve) => setTimeout(resolve, gap));
  }
  lastLoad = Date.now();
  try {
    const answer = await fetch(`page/state?filter=${encodeURIComponent(byId("filter").value.trim())}`, { cache: "no-store" });
    if (!answer.ok) {
      throw new Error(`the operator answered ${answer.status}`);
    }
    show(await answer.json());
    text(byId("connection"), "");
  } catch (failure) {
    text(byId("connection"), `No answer from the operator; retrying (${failure.message}).`);
  }
  loading = false;
  if (wanted) {
    load();
  }
}

function listen() {
  events = new EventSource("page/events");
  events.addEventListener("version", (event) => {
    if (Number(event.data) !== shownVersion && !document.hidden) {
      load();
    }
  });
  events.addEventListener("open", () => text(byId("connection"), ""));
  events.addEventListener("error", () => {
    text(byId("connection"), "The connection to the operator is lost; retrying.");
  });
}

let typed = 0;
byId("filter").addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(load, 250);
});
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    load();
  }
});
// A stream that was refused or that a proxy holds back; it is tried again, too.
setInterval(() => {
  if (!document.hidden && events.readyState !== EventSource.OPEN) {
    load();
    if (events.readyState === EventSource.CLOSED) {
      listen();
    }
  }
}, POLL_MILLIS);
load();
listen();
