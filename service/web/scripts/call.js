// Calls of the contract. Each answers with lines of JSON, the last of which says how the call ended.
const TOKEN = "newsweave-token";

// How a call ended that did not end well.
class Refused extends Error {
  constructor(status) {
    super(status.message);
    this.status = status;
  }
}

async function* call(rpc, request, signal) {
  const response = await answered(rpc, request, signal);
  if (!response.ok) throw new Refused({ message: await response.text() });
  for await (const line of lines(response.body)) {
    const told = JSON.parse(line);
    if (told.status === undefined) {
      yield told;
    } else if (told.status.code === "OK") {
      return;
    } else {
      throw new Refused(told.status);
    }
  }
  throw new Refused({ message: "The connection was cut before the answer was whole." });
}

async function answered(rpc, request, signal) {
  try {
    return await fetch(`/call/${rpc}`, {
      method: "POST", headers: headers(), body: JSON.stringify(request), signal, credentials: "omit", cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused({ message: "The server cannot be reached." });
  }
}

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  const type = { "content-type": "application/json" };
  // A header takes no other letters; no token has any, so the server will say that this one is not known.
  return token ? { ...type, authorization: `Bearer ${token.replace(/[^!-~]/g, "?")}` } : type;
}

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let parts = [];
  for (;;) {
    const { done, value } = await read(reader);
    if (done) return;
    const [first, ...others] = value.split("\n");
    parts.push(first);
    for (const other of others) {
      yield parts.join("");
      parts = [other];
    }
  }
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { done: true };
  }
}
