// Parses every card on stdin (one JSON message a line) with the official package and prints its validation events.
globalThis.self = globalThis; // the bundle expects a browser's global
const { AdaptiveCard, SerializationContext } = require("adaptivecards/dist/adaptivecards.js");
let failed = false;
for (const line of require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const content = JSON.parse(line).attachments[0].content;
  const context = new SerializationContext();
  const card = new AdaptiveCard();
  card.parse(content, context);
  const events = [];
  for (let i = 0; i < context.eventCount; i++) events.push(context.getEventAt(i).message);
  const validation = card.validateProperties();
  for (const event of validation.validationEvents) events.push(event.message);
  if (card.getItemCount() !== content.body.length) events.push(`${card.getItemCount()} of ${content.body.length} elements were understood`);
  for (const event of events) { failed = true; console.error(event); }
}
process.exit(failed ? 1 : 0);
