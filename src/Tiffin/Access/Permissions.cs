using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing.Patterns;
using Tiffin.Domain;
using static Tiffin.Access.Reach;
using static Tiffin.Access.Who;

namespace Tiffin.Access;

[Flags]
public enum Who
{
    Admin = 1,
    Manager = 2,
    Kitchen = 4,
    Courier = 8,
    Channel = 16,
    Customer = 32,
    Staff = Admin | Manager | Kitchen,
    Anyone = Staff | Courier | Channel | Customer,
}

/// <summary>How far an operation reaches within what there is.</summary>
public enum Reach
{
    /// <summary>What belongs to nobody: the same for every caller who may ask at all.</summary>
    Chain,

    /// <summary>The kitchen that the path names: theirs, or not found.</summary>
    TheirKitchen,

    /// <summary>Of orders, events, figures: those that are theirs, by the query itself.</summary>
    Theirs,
}

/// <summary>What is turned away first when there is more than can be done.</summary>
public enum Urgency
{
    /// <summary>What goes on with orders that were taken, and all that is little.</summary>
    Now,

    /// <summary>New orders.</summary>
    Soon,

    /// <summary>Reading much at once.</summary>
    Later,
}

/// <summary>
/// Who may call an operation, which is known by its method and path. <paramref name="IsPrivileged"/> calls are
/// recorded.
/// </summary>
public sealed record Grant(
    string Operation, Who Who, Reach Reach, bool IsPrivileged = false, Urgency Urgency = Urgency.Now)
{
    public bool Allows(Role role) => role != Role.System && Who.HasFlag((Who)(1 << (int)role));
}

/// <summary>Who may do what: all of it. An operation that is not here, nobody may call.</summary>
public static class Permissions
{
    public static readonly IReadOnlyList<Grant> All =
    [
        new("POST /v1/orders", Admin | Channel | Customer, Theirs, Urgency: Urgency.Soon),
        new("GET /v1/orders", Anyone, Theirs, Urgency: Urgency.Later),
        new("GET /v1/orders/{id}", Anyone, Theirs),
        new("PUT /v1/orders/{id}/status", Anyone, Theirs),
        new("GET /v1/orders/{id}/events", Anyone, Theirs),
        new("GET /v1/orders/{id}/notifications", Admin | Manager | Channel, Theirs),
        new("GET /v1/events", Staff | Channel, Theirs),

        new("GET /v1/kitchens/{id}/stock", Staff, TheirKitchen),
        new("GET /v1/kitchens/{id}/stock/{sku}", Staff, TheirKitchen),
        new("PUT /v1/kitchens/{id}/stock/{sku}", Admin | Manager, TheirKitchen, IsPrivileged: true),
        new("POST /v1/kitchens/{id}/stock/movements", Admin | Manager, TheirKitchen, IsPrivileged: true),
        new("GET /v1/kitchens/{id}/stock/{sku}/movements", Staff, TheirKitchen),
        new("GET /v1/alerts", Staff, Theirs),
        new("GET /v1/kitchens/{id}/alert-address", Admin | Manager, TheirKitchen),
        new("PUT /v1/kitchens/{id}/alert-address", Admin | Manager, TheirKitchen, IsPrivileged: true),
        new("DELETE /v1/kitchens/{id}/alert-address", Admin | Manager, TheirKitchen, IsPrivileged: true),

        new("GET /v1/brands", Anyone, Chain),
        new("GET /v1/brands/{id}", Anyone, Chain),
        new("PUT /v1/brands/{id}", Admin, Chain, IsPrivileged: true),
        new("GET /v1/ingredients", Staff, Chain),
        new("GET /v1/ingredients/{sku}", Staff, Chain),
        new("PUT /v1/ingredients/{sku}", Admin, Chain, IsPrivileged: true),
        // Items show their recipes; what can be ordered is on the menu.
        new("GET /v1/items", Staff, Chain),
        new("GET /v1/items/{id}", Staff, Chain),
        new("PUT /v1/items/{id}", Admin, Chain, IsPrivileged: true),
        new("GET /v1/kitchens", Anyone, Chain),
        new("GET /v1/kitchens/{id}", Anyone, Chain),
        new("PUT /v1/kitchens/{id}", Admin, Chain, IsPrivileged: true),
        new("GET /v1/kitchens/{id}/menu", Anyone, Chain),
        new("PUT /v1/kitchens/{id}/mode", Admin | Manager, TheirKitchen, IsPrivileged: true),
        new("PUT /v1/kitchens/{id}/items/{itemId}/availability", Admin | Manager, TheirKitchen, IsPrivileged: true),

        new("GET /v1/analytics/summary", Admin | Manager, Theirs, Urgency: Urgency.Later),
        new("GET /v1/analytics/timeseries", Admin | Manager, Theirs, Urgency: Urgency.Later),
        new("GET /v1/analytics/items", Admin | Manager, Theirs, Urgency: Urgency.Later),

        // Each sees and changes their own, and is sent no more than they may see.
        new("POST /v1/webhooks", Admin | Manager | Channel, Theirs, IsPrivileged: true),
        new("GET /v1/webhooks", Admin | Manager | Channel, Theirs),
        new("GET /v1/webhooks/{id}", Admin | Manager | Channel, Theirs),
        new("PATCH /v1/webhooks/{id}", Admin | Manager | Channel, Theirs, IsPrivileged: true),
        new("DELETE /v1/webhooks/{id}", Admin | Manager | Channel, Theirs, IsPrivileged: true),
        new("POST /v1/webhooks/{id}/rotate-secret", Admin | Manager | Channel, Theirs, IsPrivileged: true),
        new("POST /v1/webhooks/{id}/test", Admin | Manager | Channel, Theirs, IsPrivileged: true),
        new("GET /v1/webhooks/{id}/deliveries", Admin | Manager | Channel, Theirs, Urgency: Urgency.Later),
        new("GET /v1/webhooks/{id}/deliveries/{event}", Admin | Manager | Channel, Theirs),
        new("POST /v1/webhooks/{id}/deliveries/{event}/redeliver", Admin | Manager | Channel, Theirs,
            IsPrivileged: true),
        new("POST /v1/webhooks/{id}/replay", Admin | Manager | Channel, Theirs, IsPrivileged: true),

        new("GET /v1/status", Staff | Channel, Chain),
        new("POST /v1/keys", Admin, Chain, IsPrivileged: true),
        new("GET /v1/keys", Admin, Chain),
        new("DELETE /v1/keys/{id}", Admin, Chain, IsPrivileged: true),
        // A page by the primary key, on sessions of its own: it is needed most while much else is slow.
        new("GET /v1/audit", Admin, Chain),
        new("GET /v1/customers/{id}/personal-data", Admin, Chain, IsPrivileged: true),
        new("DELETE /v1/customers/{id}/personal-data", Admin, Chain, IsPrivileged: true),
        new("POST /v1/session", Anyone, Chain),
        new("GET /v1/session", Anyone, Chain),
        new("DELETE /v1/session", Anyone, Chain),
    ];

    static readonly Dictionary<string, Grant> byOperation =
        All.ToDictionary(permission => Shape(permission.Operation), StringComparer.Ordinal);

    static readonly ConcurrentDictionary<RouteEndpoint, Grant?> byEndpoint = [];

    public static Grant? Of(RouteEndpoint endpoint) => byEndpoint.GetOrAdd(endpoint, Find);

    static Grant? Find(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var method]
            ? byOperation.GetValueOrDefault(Shape($"{method} {Path(endpoint.RoutePattern)}"))
            : null;

    static string Path(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment =>
            segment.Parts is [RoutePatternLiteralPart literal] ? literal.Content : "{}"));

    /// <summary>What a parameter is called makes no other operation.</summary>
    static string Shape(string operation) =>
        string.Join('/', operation.Split('/').Select(part => part.StartsWith('{') ? "{}" : part));
}
