/** Every limit of the system with its unit. Deadlines are milliseconds, sizes are bytes. */
export const limit = {
  /** Body of `POST /v1/events`. A beacon may carry 64 KiB in all. */
  eventBatchBytes: 64 * 1024,
  eventBatchCount: 100,
  /** Named entities of one event. */
  eventEntities: 8,
  /** Body of a replay into the event log. */
  replayBytes: 1024 * 1024,
  replayEvents: 1000,
  /** Candidates in a pack. */
  packCandidates: 200,
  /** Items a client may ask to see. */
  slateItems: 100,
  /** Recent items a consenting client may send as retrieval seeds. */
  seeds: 10,
  /** One file of a release; R2 accepts more, a Worker's memory does not. */
  releaseFileBytes: 64 * 1024 * 1024,
  releaseFiles: 64,
  manifestBytes: 256 * 1024,
  /** What has changed since a release: an isolate holds it beside the release, and looks at all of its vectors. */
  deltaBytes: 8 * 1024 * 1024,
  /** A model file, before parsing. */
  modelBytes: 8 * 1024 * 1024,
  modelNodes: 512,
  modelParameters: 4_000_000,
  /** One run of a model: memory for constants and all intermediate values, and multiply-adds or their like. */
  modelMemoryBytes: 64 * 1024 * 1024,
  modelOperations: 1_000_000_000,
  /** A value in KV. */
  kvValueBytes: 25 * 1024 * 1024,
  /** Online store: Durable Objects that hold the items of a site, so that a read of 200 items is this many calls. Another number is another place: values begin anew. */
  itemShards: 4,
  /** Online store: an event that arrives later than this after it happened changes nothing there, and its id is remembered for as long. */
  onlineLateSeconds: 7 * 86_400,
  /** Online store: an entity without an event for as long is forgotten and begins anew. */
  onlineIdleSeconds: 90 * 86_400,
  onlineSessionIdleSeconds: 2 * 86_400,
  /** Online store: entities of one kind in one Durable Object (items of a shard, items that a visitor met); those idle for longest leave. */
  onlineShardItems: 100_000,
  onlineVisitorItems: 1000,
  /** Edge: per retrieval source, and per call of the online store. */
  sourceDeadlineMs: 100,
  /** Page: candidates fetch. */
  packDeadlineMs: 800,
  /** Page: from the edge's order to the device's order, or not at all. */
  rerankDeadlineMs: 1500,
  /** Page: the Web Worker must say that it is ready. */
  workerReadyMs: 3000,
  /** Device: events of local history that are kept. */
  historyEvents: 500,
  /** Device: events that wait to be sent, per page; the oldest go first. */
  outboxEvents: 1000,
  outboxFlushMs: 5000,
  /** Bodies of `keepalive` requests under way at once. Browsers allow a page 64 KiB in all; the rest is for what the page itself sends. */
  keepaliveBytes: 60 * 1024,
  /** Share of an element in view, for how long, to count as a viewable impression (IAB/MRC display). */
  viewableShare: 0.5,
  viewableMs: 1000,
} as const;
