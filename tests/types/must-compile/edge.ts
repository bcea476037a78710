// Workers at the edge: TCP by the runtime's function or by one's own, and the wasm as a module.

import { type Connect, GraphDatabase } from "neo4j-wasm";
import { ready } from "neo4j-wasm/slim";
import wasm from "neo4j-wasm/wasm";
import same from "neo4j-wasm/neo4j_wasm_bg.wasm";
import { connect } from "cloudflare:sockets";

export const driver = GraphDatabase.driver("bolt+s://db.example.com", { socket: connect });
const logged: Connect = (address, options) => {
  console.log(address.hostname, address.port, options.secureTransport);
  return connect(address, options);
};
export const other = GraphDatabase.driver("bolt+s://db.example.com", { socket: logged });
await ready(wasm);
export const modules: WebAssembly.Module[] = [wasm, same];
