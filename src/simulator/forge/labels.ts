import type { Login } from '../../model/ports/forge.ts';
import type { Label, StoredPull } from './records.ts';
import { ForgeRefusal } from './refusal.ts';
import {
	extendTimeline,
	type RepositoryState,
	requirePull,
	requireRight,
	savePull,
} from './repository-state.ts';

/** Makes a label. Two may have one name. */
export function makeLabel(
	state: RepositoryState,
	by: Login,
	{ name, color, description }: Omit<Label, 'id'>,
): Label {
	requireRight(state, by, 'write');
	const digits = /^#?([0-9a-f]{6})$/i.exec(color)?.[1];
	if (digits === undefined) throw new ForgeRefusal(422, `invalid color: ${color}`);
	const label = { id: state.nextId(), name, color: digits, description };
	state.labels.push(label);
	return label;
}

/** Sets labels by id or name; others stay, and those that there are not are passed over. */
export function addLabels(
	state: RepositoryState,
	by: Login,
	number: number,
	wanted: readonly (string | number)[],
): StoredPull {
	requireRight(state, by, 'write');
	const pull = requirePull(state, number);
	const found = state.labels.filter(({ id, name }) => wanted.includes(id) || wanted.includes(name));
	const added = found.map(({ id }) => id).filter((id) => !pull.labels.includes(id));
	return setLabels(state, by, pull, [...pull.labels, ...added]);
}

/** Takes a label off. No error where it is not on. */
export function removeLabel(state: RepositoryState, by: Login, number: number, id: number): StoredPull {
	requireRight(state, by, 'write');
	const pull = requirePull(state, number);
	if (!state.labels.some((label) => label.id === id)) {
		throw new ForgeRefusal(422, 'label does not exist [label_id: 0]');
	}
	const left = pull.labels.filter((each) => each !== id);
	return setLabels(state, by, pull, left);
}

function setLabels(
	state: RepositoryState,
	by: Login,
	pull: StoredPull,
	labels: readonly number[],
): StoredPull {
	if (labels.length === pull.labels.length) return pull;
	const timeline = extendTimeline(state, pull, { type: 'label', user: by });
	const labelled = savePull(state, pull.number, { labels, timeline });
	state.emit({ kind: 'pull', action: 'label_updated', by, pull: labelled });
	return labelled;
}
