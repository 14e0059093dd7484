import type { Delivery } from '../../src/model/ports/delivery.ts';

/** The delivery of changes that a test never plans. */
export const impossible: Delivery = {
	deliver: () => Promise.reject(new Error('nothing should be delivered this way')),
};
