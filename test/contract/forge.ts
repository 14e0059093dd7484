import test from 'ava';
import type { ForgeContract } from '../support/forge-under-test.ts';
import { checksContract } from './forge-checks.ts';
import { closingContract } from './forge-closing.ts';
import { findingContract } from './forge-finding.ts';
import { mergingContract } from './forge-merging.ts';
import { openingContract } from './forge-opening.ts';
import { rightsContract } from './forge-rights.ts';
import { talkContract } from './forge-talk.ts';

/** What every implementation of the port Forge holds to, over whatever forge. */
export function forgeContract(contract: ForgeContract): void {
	const declare: typeof test.serial = contract.isSerial === true ? test.serial : test;
	for (const part of [
		openingContract,
		findingContract,
		closingContract,
		talkContract,
		checksContract,
		mergingContract,
		rightsContract,
	]) {
		part(contract, declare);
	}
}
