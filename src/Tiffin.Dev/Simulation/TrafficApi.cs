using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiffin.Dev.Simulation;

/// <summary>Client of the public HTTP API for the simulation.</summary>
sealed class TrafficApi(HttpClient http, TrafficKeys keys, TimeProvider time) : IDisposable
{
    const int RequestsMax = 64;
    const int Attempts = 5;
    static readonly TimeSpan retryAfterDefault = TimeSpan.FromSeconds(1);

    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    readonly SemaphoreSlim slots = new(RequestsMax);

    public async Task<IReadOnlyList<SimulatedKitchen>> Kitchens(CancellationToken cancel)
    {
        var kitchens = new List<SimulatedKitchen>();
        string? cursor = null;
        do
        {
            var query = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await Get<Page<KitchenResponse>>(Actor.Manager, $"v1/kitchens?limit=200{query}", cancel);
            kitchens.AddRange(page.Data.Select(kitchen => new SimulatedKitchen(
                kitchen.Id,
                kitchen.Name ?? kitchen.Id,
                kitchen.City ?? kitchen.Name ?? kitchen.Id,
                TimeZoneInfo.FindSystemTimeZoneById(kitchen.TimeZone ?? "UTC"))));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return kitchens;
    }

    public async Task<IReadOnlyList<MenuItem>> Menu(string kitchenId, CancellationToken cancel) =>
        (await Get<Page<MenuItem>>(Actor.Customer, $"v1/kitchens/{kitchenId}/menu", cancel)).Data;

    /// <summary>The placed order, or null if it was refused.</summary>
    public Task<OrderResponse?> Place(OrderRequest order, CancellationToken cancel) =>
        Send<OrderResponse>(HttpMethod.Post, Actor.Customer, "v1/orders", order, cancel);

    /// <summary>The changed order, or null if the change was refused.</summary>
    public Task<OrderResponse?> Change(
        PlannedStep step, string orderId, string? code, CancellationToken cancel) =>
        Send<OrderResponse>(HttpMethod.Put, step.Actor, $"v1/orders/{orderId}/{step.Path}",
            step.Body with { Code = code }, cancel);

    /// <summary>The clock of a sandbox; null if the server has none.</summary>
    public async Task<DateTimeOffset?> Clock(CancellationToken cancel)
    {
        using var response = await SendWithRetry(
            () => Request(HttpMethod.Get, Actor.Operator, "v1/sandbox/clock"), cancel);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<SandboxClock>(json, cancel))?.Now
            : null;
    }

    sealed record SandboxClock(DateTimeOffset Now);

    /// <summary>Moves the clock of a sandbox; false if the server has none.</summary>
    public async Task<bool> MoveClock(DateTimeOffset now, CancellationToken cancel)
    {
        using var response = await SendWithRetry(
            () =>
            {
                var request = Request(HttpMethod.Put, Actor.Operator, "v1/sandbox/clock");
                request.Content = JsonContent.Create(new { now }, options: json);
                return request;
            },
            cancel);
        return response.IsSuccessStatusCode;
    }

    public async Task<IReadOnlyList<StockLevel>> LowStock(string kitchenId, CancellationToken cancel) =>
        (await Get<Page<StockLevel>>(
            Actor.Manager, $"v1/kitchens/{kitchenId}/stock?below=threshold&limit=200", cancel)).Data;

    public async Task<bool> Receive(
        string kitchenId, IEnumerable<(string Sku, long Quantity)> delivery, CancellationToken cancel)
    {
        var movements = delivery.Select(part => new { part.Sku, Kind = "received", part.Quantity }).ToList();
        return await Send<JsonElement?>(
            HttpMethod.Post, Actor.Manager, $"v1/kitchens/{kitchenId}/stock/movements", new { movements }, cancel)
            is not null;
    }

    public void Dispose() => slots.Dispose();

    async Task<T> Get<T>(Actor actor, string path, CancellationToken cancel)
    {
        using var response = await SendWithRetry(() => Request(HttpMethod.Get, actor, path), cancel);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<T>(json, cancel))!;
    }

    async Task<T?> Send<T>(HttpMethod method, Actor actor, string path, object body, CancellationToken cancel)
    {
        // One key for all attempts, so that a retry after a lost response does not place a second order.
        var key = Guid.NewGuid().ToString();
        using var response = await SendWithRetry(
            () =>
            {
                var request = Request(method, actor, path);
                request.Content = JsonContent.Create(body, body.GetType(), options: json);
                if (method == HttpMethod.Post)
                    request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            cancel);
        if (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)
            return default;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(json, cancel);
    }

    // Retries an overloaded server after its Retry-After; returns the last response.
    async Task<HttpResponseMessage> SendWithRetry(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage response;
            await slots.WaitAsync(cancel);
            try
            {
                response = await http.SendAsync(request(), cancel);
            }
            finally
            {
                slots.Release();
            }
            if (attempt == Attempts || !IsOverload(response.StatusCode))
                return response;
            var wait = response.Headers.RetryAfter?.Delta ?? retryAfterDefault;
            response.Dispose();
            await Task.Delay(wait, time, cancel);
        }
    }

    static bool IsOverload(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    HttpRequestMessage Request(HttpMethod method, Actor actor, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        var key = actor switch
        {
            Actor.Customer => keys.Customer,
            Actor.Kitchen => keys.Kitchen,
            Actor.Courier => keys.Courier,
            Actor.Operator => keys.Operator,
            _ => keys.Manager,
        };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor);

    sealed record KitchenResponse(string Id, string? Name, string? City, string? TimeZone);
}

/// <summary>A code is null if the hand-over does not use it, or the caller is not the one who says it.</summary>
sealed record OrderResponse(string Id, string Status, string? CollectionCode = null, string? DeliveryCode = null)
{
    public string? CodeFor(Handover use) => use switch
    {
        Handover.Collection => CollectionCode,
        Handover.Delivery => DeliveryCode,
        _ => null,
    };
}
