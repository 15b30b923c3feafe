import type { Id } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import { Collection } from './collection.model.ts';

/** A collection by its id. Throws NotFound. */
export const theCollection = (tx: Tx, id: Id): Promise<Collection> => tx.query(Collection).findById(id).throwIfNotFound().execute();
