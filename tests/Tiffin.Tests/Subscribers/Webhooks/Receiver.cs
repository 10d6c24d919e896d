using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>A call as the receiver saw it. <paramref name="Number"/>: which one for this event, from 1.</summary>
public sealed record Call(string Path, IReadOnlyDictionary<string, string> Headers, string Body, int Number)
{
    public string Id => Headers["webhook-id"];
    public JsonNode Event => JsonNode.Parse(Body)!;

    /// <summary>Empty for a body that is not an event, such as a message to a gateway.</summary>
    public string Type => Event["type"]?.GetValue<string>() ?? "";
    public string? Subject => Event["subject"]?.GetValue<string>();
    public int Sequence => int.Parse(Event["sequence"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}

/// <summary>The real server of a receiver, on a free port, which responds as the test specifies.</summary>
public sealed class Receiver : IAsyncDisposable
{
    readonly ConcurrentQueue<Call> calls = new();
    readonly ConcurrentQueue<string> foreign = new();
    readonly ConcurrentDictionary<string, int> numbers = new();
    readonly WebApplication app;

    Receiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.First() + "/hook";

    /// <summary>The calls so far. Fails if an event does not match the AsyncAPI document.</summary>
    public IReadOnlyList<Call> Calls => foreign.IsEmpty ? [.. calls] : throw new ContractException(foreign.First());

    public static async Task<Receiver> Start(Func<Call, HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            var headers = context.Request.Headers.ToDictionary(
                header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
            var number = receiver.numbers.AddOrUpdate(headers.GetValueOrDefault("webhook-id", ""), 1, (_, n) => n + 1);
            var call = new Call(context.Request.Path, headers, body, number);
            var received = body is ['{', ..] ? JsonNode.Parse(body) : null;
            foreach (var error in EventContract.Errors(received)) receiver.foreign.Enqueue(error);
            receiver.calls.Enqueue(call);
            if (answer is not null) await answer(call, context);
        });
        await receiver.app.StartAsync();
        return receiver;
    }

    public static Task<Receiver> Answering(Func<Call, int> code) => Start((call, context) =>
    {
        context.Response.StatusCode = code(call);
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
