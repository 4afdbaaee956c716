// Ticking guests at the door (templates/admin/events/door.html) without leaving the page, also while the net is gone.
// What could not be sent is kept in the browser, as numbers only, and says how it shall be: sent twice it changes nothing.
(function () {
  "use strict";

  var door = document.querySelector("[data-door]");
  if (!door) return;
  var store = "check-in-" + door.dataset.door;
  var unsent = read();
  var sending = false;
  var turn = 0;
  var signedOut = false;
  var counted = door.querySelector("[data-count]");
  var waiting = door.querySelector("[data-unsent]");
  // Heads that the server knows of and that no row of this page shows, as those who walked in.
  var otherHeads = Number(door.dataset.people) - shownHeads();

  function read() {
    try {
      return JSON.parse(localStorage.getItem(store)) || {};
    } catch (error) {
      return {};
    }
  }

  function keep() {
    try {
      if (Object.keys(unsent).length) localStorage.setItem(store, JSON.stringify(unsent));
      else localStorage.removeItem(store);
    } catch (error) {
      // A browser that keeps nothing still sends, as long as the page is open.
    }
  }

  function rows() {
    return Array.from(door.querySelectorAll("[data-guest]"));
  }

  function isHere(row) {
    return row.classList.contains("is-here");
  }

  function shownHeads() {
    return rows().filter(isHere).reduce(function (sum, row) {
      return sum + Number(row.dataset.heads);
    }, 0);
  }

  function show(row, here) {
    row.classList.toggle("is-here", here);
    row.querySelector("button").setAttribute("aria-pressed", String(here));
    row.querySelector("[name=here]").value = here ? "0" : "1";
  }

  function tell() {
    var number = Object.keys(unsent).length;
    counted.textContent = String(otherHeads + shownHeads());
    waiting.hidden = number === 0;
    waiting.textContent = waiting.dataset.words.replace("{number}", String(number));
    if (signedOut && number) waiting.textContent += ". " + waiting.dataset.signedOut;
  }

  function rowOf(id) {
    return document.getElementById("guest-" + id);
  }

  // What the server knows, and over it what it has not been told yet.
  function take(presence) {
    var here = new Set(presence.here.map(String));
    rows().forEach(function (row) {
      var id = row.dataset.guest;
      show(row, id in unsent ? unsent[id] === 1 : here.has(id));
    });
    var known = rows().filter(function (row) {
      return here.has(row.dataset.guest);
    });
    otherHeads = presence.people - known.reduce(function (sum, row) {
      return sum + Number(row.dataset.heads);
    }, 0);
    tell();
  }

  function answered(answer) {
    signedOut = answer.redirected || answer.status === 400 || answer.status === 401;
    if (!answer.ok || signedOut) throw new Error("not taken");
    return answer.json();
  }

  function post(id, here) {
    var row = rowOf(id);
    var form = (row || door).querySelector("[data-tick]");
    var body = new FormData(form);
    body.set("here", String(here));
    return fetch(form.action.replace(/[0-9]+$/, id), {
      method: "POST",
      body: body,
      headers: { Accept: "application/json" },
    });
  }

  function flush() {
    var ids = Object.keys(unsent);
    var id = ids[turn % ids.length];
    if (sending || id === undefined || !door.querySelector("[data-tick]")) return;
    sending = true;
    var here = unsent[id];
    post(id, here)
      .then(function (answer) {
        // A guest who is gone from the list, or an event called off: asking again would not help.
        if (answer.status === 404 || answer.status === 409) return null;
        return answered(answer);
      })
      .then(function (presence) {
        // Tapped again while it was on its way: that one is still to be sent.
        if (unsent[id] === here) delete unsent[id];
        keep();
        sending = false;
        if (presence) take(presence);
        else tell();
        flush();
      })
      .catch(function () {
        // The next try begins with another one, so that none stands in the way of the rest.
        turn += 1;
        sending = false;
        tell();
      });
  }

  function look() {
    if (Object.keys(unsent).length) {
      flush();
      return;
    }
    if (document.hidden || sending) return;
    fetch(door.dataset.presence, { headers: { Accept: "application/json" } })
      .then(answered)
      .then(function (presence) {
        if (!sending) take(presence);
      })
      .catch(tell);
  }

  door.addEventListener("submit", function (event) {
    var row = event.target.closest("[data-guest]");
    if (!row) return;
    event.preventDefault();
    var here = !isHere(row);
    unsent[row.dataset.guest] = here ? 1 : 0;
    keep();
    show(row, here);
    tell();
    flush();
  });

  function search() {
    var input = door.querySelector("[data-search-input]");
    var found = 0;
    var words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    rows().forEach(function (row) {
      var text = row.textContent.toLocaleLowerCase();
      var fits = words.every(function (word) {
        return text.includes(word);
      });
      row.hidden = !fits;
      found += fits ? 1 : 0;
    });
    door.querySelector("[data-none]").hidden = found > 0;
  }

  door.querySelector("[data-search]").hidden = false;
  door.querySelector("[data-search-input]").addEventListener("input", search);
  Object.keys(unsent).forEach(function (id) {
    if (rowOf(id)) show(rowOf(id), unsent[id] === 1);
  });
  tell();
  flush();
  window.addEventListener("online", flush);
  setInterval(look, 5000);
})();
