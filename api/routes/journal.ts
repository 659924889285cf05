import { showJournal } from '../domain/journal/journal.ts';
import { answer, type Route } from '../http/route.ts';

export const journalRoutes = (): Route[] => [answer('journal.list', ({ access }, page) => showJournal(access, page))];
