/** Lets a test wait for a condition that only certain moments can bring about. */
export interface NoticeBoard {
	/** Such a moment has come. */
	notify(): void;
	/** Resolves at the first moment, now included, at which `holds` is true. */
	until(holds: () => boolean): Promise<void>;
}

export function createNoticeBoard(): NoticeBoard {
	const readers = new Set<() => void>();
	return {
		notify() {
			for (const read of readers) read();
		},
		until: (holds) =>
			new Promise((resolve) => {
				const read = () => {
					if (!holds()) return;
					readers.delete(read);
					resolve();
				};
				readers.add(read);
				read();
			}),
	};
}
