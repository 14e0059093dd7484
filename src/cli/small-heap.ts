import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at its first size. A list of 10,000 objects is decoded and pruned one by one, and little of
 * it stays; but the young generation would grow with that burst, and the process would keep nearly twice the memory
 * from then on (measured). To be called before anything large is loaded.
 */
export function keepHeapSmall(): void {
	setFlagsFromString('--semi-space-growth-factor=1');
}
