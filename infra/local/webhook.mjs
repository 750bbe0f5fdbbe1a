// A chat that writes down what it is told, a line a message: node infra/local/webhook.mjs 8080 heard.jsonl
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    appendFileSync(file, JSON.stringify({ id: request.headers['webhook-id'], body: JSON.parse(Buffer.concat(parts)) }) + '\n');
    response.writeHead(202).end();
  });
}).listen(Number(port), '127.0.0.1');
