import type { ServerResponse } from 'node:http';

export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': status < 400 ? 'application/fhir+json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
}
