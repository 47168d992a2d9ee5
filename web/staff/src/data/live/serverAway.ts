import { Observable } from '../../observable';

/** True when the server gave no answer when it was last asked for something. */
export const serverAway = new Observable(false);
