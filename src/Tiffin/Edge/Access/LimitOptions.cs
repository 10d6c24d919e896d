using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>Rate and concurrency limits of one caller.</summary>
sealed class CallerLimit
{
    /// <summary>Sustained rate: the refill rate of the token bucket.</summary>
    public double RequestsPerSecond { get; set; }

    /// <summary>Burst: the capacity of the token bucket, in requests.</summary>
    public int Burst { get; set; }

    /// <summary>Maximum requests in flight, including streams.</summary>
    public int ConcurrentRequests { get; set; }

    /// <summary>Maximum open event streams.</summary>
    public int Streams { get; set; }
}

/// <summary>
/// Rate and concurrency limits per caller, in the section <c>Limits</c>. Each node counts on its own. The defaults are
/// far above normal use: they keep one defective or malicious caller from affecting the others.
/// </summary>
sealed class LimitOptions
{
    /// <summary>Limits of an operator and their tools: imports, exports, load tests.</summary>
    public CallerLimit Admin { get; set; } =
        new() { RequestsPerSecond = 50_000, Burst = 100_000, ConcurrentRequests = 4_000, Streams = 100 };

    /// <summary>Limits of a channel: a delivery platform orders for a whole city, over many connections.</summary>
    public CallerLimit Channel { get; set; } =
        new() { RequestsPerSecond = 2_000, Burst = 10_000, ConcurrentRequests = 1_000, Streams = 100 };

    /// <summary>Limits of a manager with several screens open.</summary>
    public CallerLimit Manager { get; set; } =
        new() { RequestsPerSecond = 100, Burst = 1_000, ConcurrentRequests = 100, Streams = 50 };

    /// <summary>Limits of a kitchen, whose displays may share one key.</summary>
    public CallerLimit Kitchen { get; set; } =
        new() { RequestsPerSecond = 100, Burst = 1_000, ConcurrentRequests = 100, Streams = 50 };

    /// <summary>Limits of a courier, or of an agency whose couriers share one key.</summary>
    public CallerLimit Courier { get; set; } =
        new() { RequestsPerSecond = 50, Burst = 500, ConcurrentRequests = 50, Streams = 20 };

    /// <summary>Limits of a customer.</summary>
    public CallerLimit Customer { get; set; } =
        new() { RequestsPerSecond = 10, Burst = 100, ConcurrentRequests = 20, Streams = 10 };

    /// <summary>
    /// Limits of a client address on endpoints that need no credentials, such as order tracking. A mobile network can
    /// share one address.
    /// </summary>
    public CallerLimit Anonymous { get; set; } =
        new() { RequestsPerSecond = 1_000, Burst = 10_000, ConcurrentRequests = 10_000, Streams = 10_000 };

    /// <summary>Maximum open orders of a customer who orders with their own credential.</summary>
    public int OpenOrdersPerCustomer { get; set; } = 10;

    /// <summary>Burst of failed authentications per client address, such as an office with stale keys.</summary>
    public int AuthFailuresBurst { get; set; } = 100;

    /// <summary>Sustained rate of failed authentications per client address.</summary>
    public double AuthFailuresPerSecond { get; set; } = 1;

    /// <summary>
    /// Timeout for receiving the headers of a request, and the time that its body may stay below
    /// <c>MinBodyBytesPerSecond</c>.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Minimum data rate of a request body. Below any mobile network.</summary>
    public double MinBodyBytesPerSecond { get; set; } = 1_024;

    /// <summary>
    /// Socket send buffer per connection, so that slow clients do not fill the memory: the kernel would use up to 4 MB.
    /// Limits the throughput of a connection to this much per round trip.
    /// </summary>
    public int SendBufferBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Bulkhead: maximum concurrent expensive reads (lists and analytics) of all callers. Defaults to half of the
    /// database connections for requests. Further reads wait, then get 503 <c>overloaded</c>.
    /// </summary>
    public int? ExpensiveReadsMax { get; set; }

    /// <summary>Maximum wait for a place in the bulkhead.</summary>
    public TimeSpan ExpensiveReadsQueueTimeout { get; set; } = TimeSpan.FromSeconds(0.25);

    internal CallerLimit Of(Role role) => role switch
    {
        Role.Admin => Admin,
        Role.Channel => Channel,
        Role.Manager => Manager,
        Role.Kitchen => Kitchen,
        Role.Courier => Courier,
        _ => Customer,
    };
}
