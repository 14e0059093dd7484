import { ProblemError, problem, showText } from '../model/problem.ts';
import { ObjectTooLarge } from './objects/object-error.ts';
import type { ObjectStore } from './objects/object-store.ts';

/** Whose objects they are, and who is told where they cannot be had. */
export interface MirrorNotice {
	/** The repository, for people. */
	readonly display: string;
	/** The mirror is damaged. */
	readonly onDamage: () => void;
}

/**
 * The objects of a mirror as the port has them: what fails is a ProblemError. A read of what git says it has fails
 * only where the mirror is damaged.
 */
export function explainObjects(objects: ObjectStore, { display, onDamage }: MirrorNotice): ObjectStore {
	const where = { kind: 'named', name: display } as const;

	const explainRead = async <T>(what: string, reading: Promise<T>): Promise<T> => {
		try {
			return await reading;
		} catch (error) {
			if (error instanceof ObjectTooLarge) throw explainLarge(display, error);
			onDamage();
			const message = `the local mirror has no ${what}`;
			const remedy = 'nothing to do: the mirror is made anew with the next fetch';
			throw new ProblemError(problem('E_GIT_UNREACHABLE', { where, message, remedy }), { cause: error });
		}
	};

	return {
		read: (id, type) => explainRead(`${type} ${showText(id)}`, objects.read(id, type)),
		readStart: (blob, limit) => explainRead(`blob ${showText(blob)}`, objects.readStart(blob, limit)),
		async write(type, content) {
			try {
				return await objects.write(type, content);
			} catch (error) {
				const message = `cannot write to the local mirror: ${showText(String(error))}`;
				throw new ProblemError(problem('E_GIT_MIRROR', { where, message }), { cause: error });
			}
		},
	};
}

/** Too much for one process's memory. */
export function explainLarge(display: string, error: ObjectTooLarge): ProblemError {
	const where = { kind: 'named', name: display } as const;
	return new ProblemError(problem('E_LIMIT', { where, message: error.message }), { cause: error });
}
