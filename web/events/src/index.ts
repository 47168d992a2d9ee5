export type * from './generated/events.js';
export { eventCatalogue } from './generated/events.js';
export { eventTypes, importanceOf, isEventType, type Importance } from './catalogue.js';
export { createEvent, decodeEvent, encodeEvent, InvalidEventError, type NewEvent } from './envelope.js';
export { newId } from './newId.js';
export { problemsOf } from './problems.js';
export { deadLetterSubject, eventStream, eventSubject, intakeSubject } from './subjects.js';
