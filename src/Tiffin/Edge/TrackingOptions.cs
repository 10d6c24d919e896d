namespace Tiffin.Edge;

/// <summary>Event streams and tracking links, in the section <c>Tracking</c>.</summary>
sealed class TrackingOptions
{
    /// <summary>
    /// Where customers reach this server, such as <c>https://orders.example</c>: the base of <c>trackingUrl</c>. If
    /// empty, the address of the request is used: notifications then contain no link, and a replay through another
    /// address returns another link.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>
    /// Whether customers may cancel their order on its page until the kitchen starts it. The page never cancels an
    /// order without a customer id: its customer cancels it where it was placed.
    /// </summary>
    public bool CustomersMayCancel { get; set; } = true;

    /// <summary>Maximum stream clients per node. Each uses a connection and some kilobytes.</summary>
    public int ClientsMax { get; set; } = 20_000;

    /// <summary>Maximum anonymous stream clients per node. The rest is reserved for authenticated clients.</summary>
    public int AnonymousClientsMax { get; set; } = 18_000;

    /// <summary>
    /// Maximum events queued per stream client. A client that falls further behind is disconnected and resumes. Several
    /// times the read batch; events are shared between clients, so an entry is one reference.
    /// </summary>
    public int QueueMax { get; set; } = 4_000;

    /// <summary>Timeout of a write to a client.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Interval of <c>heartbeat</c> events, which show a page that its connection works. A feed sends one only if the
    /// node has read the event log since the last one, so that it also proves that no event is missing; otherwise it
    /// sends a comment, so that proxies do not close an idle connection. Screens show a connection as doubtful after
    /// 20 s without an event or a heartbeat.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Polling interval of the event log, in case a notification is lost.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Delay before the feed reconnects to the database.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);
}
