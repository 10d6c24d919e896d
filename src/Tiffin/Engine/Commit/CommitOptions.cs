namespace Tiffin.Engine.Commit;

/// <summary>Limits of the commit pipeline.</summary>
sealed class CommitOptions
{
    /// <summary>
    /// Maximum number of queued commands. At 10,000 commands a second, this is a fifth of a second of waiting: a longer
    /// queue would only delay the rejections.
    /// </summary>
    public int QueueMax { get; set; } = 2_000;

    /// <summary>
    /// Load shedding: new orders are rejected when the queue would take longer than this at the rate of the last
    /// second. Changes to accepted orders are admitted until the queue is full.
    /// </summary>
    public TimeSpan OrderQueueWaitMax { get; set; } = TimeSpan.FromSeconds(0.1);

    /// <summary>
    /// Queue length below which new orders are always admitted: one batch, so that a node that has just started admits
    /// what its next batch can carry, and 500 simultaneous callers are all served. With a lower value, accepted orders
    /// wait less under extreme overload: see benchmarks/log.md.
    /// </summary>
    public int OrderQueueMin { get; set; } = 500;

    /// <summary>
    /// Maximum number of commands per transaction. Larger batches save little and hold the log's lock for longer.
    /// </summary>
    public int BatchMax { get; set; } = 500;

    /// <summary>
    /// Maximum time that a caller waits for its outcome; after it, the response is 503 <c>late</c>, and a retry with
    /// the same idempotency key returns the outcome.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout for the log's lock and the rows of a batch; after it, the session is closed.</summary>
    public TimeSpan PrefetchTimeout { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// Time after which a running batch makes the node not ready, and after which a second session checks the writer's
    /// backend when PostgreSQL does not respond.
    /// </summary>
    public TimeSpan BatchStallTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
