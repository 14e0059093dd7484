/** Failover leaves a backend that is down; failback returns to a better one. */
export type Move = 'failover' | 'failback';
