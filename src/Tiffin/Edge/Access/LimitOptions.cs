using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>What one caller of a role may cost.</summary>
public sealed class CallerLimit
{
    /// <summary>Requests a second in the long run.</summary>
    public double PerSecond { get; set; }

    /// <summary>Requests at once after a rest.</summary>
    public int Burst { get; set; }

    /// <summary>Requests that wait for their answer at the same time, streams included.</summary>
    public int Concurrent { get; set; }

    public int Streams { get; set; }
}

/// <summary>
/// What callers may cost, in the section <c>Limits</c>. Far above what each of them needs: they keep one caller's
/// defect or malice from becoming everybody's.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>Operators and their tools: imports, exports, load tests.</summary>
    public CallerLimit Admin { get; set; } =
        new() { PerSecond = 50_000, Burst = 100_000, Concurrent = 4_000, Streams = 100 };

    /// <summary>A delivery platform places for a whole city, over many connections.</summary>
    public CallerLimit Channel { get; set; } =
        new() { PerSecond = 2_000, Burst = 10_000, Concurrent = 1_000, Streams = 100 };

    /// <summary>A person with some screens open.</summary>
    public CallerLimit Manager { get; set; } =
        new() { PerSecond = 100, Burst = 1_000, Concurrent = 100, Streams = 50 };

    /// <summary>The screens of a kitchen, which may share one key.</summary>
    public CallerLimit Kitchen { get; set; } =
        new() { PerSecond = 100, Burst = 1_000, Concurrent = 100, Streams = 50 };

    /// <summary>A phone, or the couriers of an agency that share one key.</summary>
    public CallerLimit Courier { get; set; } =
        new() { PerSecond = 50, Burst = 500, Concurrent = 50, Streams = 20 };

    /// <summary>A phone.</summary>
    public CallerLimit Customer { get; set; } =
        new() { PerSecond = 10, Burst = 100, Concurrent = 20, Streams = 10 };

    /// <summary>
    /// An address whose callers need not say who they are, such as those who follow an order by its link: there may be
    /// a whole phone network behind it.
    /// </summary>
    public CallerLimit Visitor { get; set; } =
        new() { PerSecond = 1_000, Burst = 10_000, Concurrent = 10_000, Streams = 10_000 };

    /// <summary>Orders that one customer may have under way at once, when they place them themselves.</summary>
    public int OpenOrdersPerCustomer { get; set; } = 10;

    /// <summary>Failed sign-ins of one address at once: an office behind one address has some stale keys.</summary>
    public int FailuresBurst { get; set; } = 100;

    public double FailuresPerSecond { get; set; } = 1;

    /// <summary>How long the headers of a request may take, and how long its body may trickle.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second below which a body trickles: slower than any phone network.</summary>
    public double TrickleBytesPerSecond { get; set; } = 1_024;

    /// <summary>
    /// Bytes of its answers that the kernel holds for a connection whose client reads slowly: it would take 4 MB. What
    /// a client far away gets is at most this much a round trip.
    /// </summary>
    public int SendBufferBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Lists and analytics of all callers that run at once; half of the sessions for requests without. Those above it
    /// get 503 <c>overloaded</c>.
    /// </summary>
    public int? SlowReadsMax { get; set; }

    /// <summary>How long one of them waits for room before it is refused.</summary>
    public TimeSpan SlowReadsWait { get; set; } = TimeSpan.FromSeconds(0.25);

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
