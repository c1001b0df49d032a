// Lays out one graph a line with ELK. Each answer is the graph with its places, and the CPU time it took in ms.
// Started as: node elk.js FOLDER_WITH_NODE_MODULES
"use strict";
const {createRequire} = require("node:module");
const {createInterface} = require("node:readline");
const ELK = createRequire(process.argv[2] + "/")("elkjs");

const elk = new ELK();
(async () => {
  for await (const line of createInterface({input: process.stdin})) {
    const before = process.cpuUsage();
    const graph = await elk.layout(JSON.parse(line));
    const {user, system} = process.cpuUsage(before);
    console.log(JSON.stringify({graph, ms: (user + system) / 1000}));
  }
})();
