using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using Tiffin.Features.Orders;
using Tiffin.Features.Upkeep;
using Tiffin.Tests.Subscribers.Notifications;
using Tiffin.Tests.Support;
using static Tiffin.Tests.Subscribers.Notifications.ToldOrder;

namespace Tiffin.Tests.Faults;

/// <summary>Two nodes on one database, one with its clock 16 minutes ahead and one 16 behind.</summary>
public sealed class ClockSkewTests : IAsyncLifetime
{
    static readonly TimeSpan skew = TimeSpan.FromMinutes(16);

    MailServer mail = null!;
    TestServer ahead = null!;
    TestServer behind = null!;

    public async Task InitializeAsync()
    {
        mail = await MailServer.Start();
        var database = await PostgresFixture.CreateDatabase();
        ahead = await Node(database, skew);
        behind = await Node(database, -skew);
        await SmallChain.Open(ahead);
    }

    public async Task DisposeAsync()
    {
        await ahead.DisposeAsync();
        await behind.DisposeAsync();
        await mail.DisposeAsync();
    }

    [Fact]
    public async Task No_order_is_cancelled_early_or_late()
    {
        string[] orders = [await Waiting(ahead), await Waiting(behind)];
        await CancelOverdue();
        (await Statuses(orders)).ShouldAllBe(status => status == "placed");

        const string Past = """{"nudgeAt":"2026-01-01T00:00:45Z","acceptBy":"2026-01-01T00:01:00Z"}""";
        await Session.Run(ahead.ConnectionString, $"""
            UPDATE orders SET due_at = now() - interval '1 minute',
                details = convert_to((convert_from(details, 'UTF8')::jsonb || '{Past}')::text, 'UTF8');
            INSERT INTO order_timers SELECT due_at, id FROM orders
            """);
        await CancelOverdue();

        (await Statuses(orders)).ShouldAllBe(status => status == "cancelled");
    }

    [Fact]
    public async Task No_message_is_late_or_dropped_on_either_node()
    {
        Guid[] orders =
            [await Placed(ahead, Email("a@example.com")), await Placed(behind, Email("b@example.com"))];

        foreach (var order in orders) (await Told(ahead, order)).Single().State.ShouldBe("sent");
    }

    [Fact]
    public async Task Each_node_measures_its_clock_skew_and_is_not_ready()
    {
        foreach (var (node, expected) in new[] { (ahead, skew), (behind, -skew) })
        {
            await node.Services.GetServices<IChore>().OfType<ClockCheck>().Single().Run(default);

            var measured = node.Services.GetRequiredService<Database>().Clock.Skew;
            (measured - expected).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
            using var ready = await node.Client.GetAsync("/health/ready");
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ready.Content.ReadAsStringAsync()).ShouldContain("clock_skew");
        }
    }

    async Task<TestServer> Node(string database, TimeSpan shift) => await TestServer.Start(database, builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(new ShiftedClock(shift));
        builder.Configuration["Notifications:Smtp:Host"] = "127.0.0.1";
        builder.Configuration["Notifications:Smtp:Port"] = $"{mail.Port}";
        builder.Configuration["Notifications:Smtp:Security"] = "None";
        builder.Configuration["Notifications:PollInterval"] = "00:00:00.05";
    });

    async Task CancelOverdue()
    {
        foreach (var node in new[] { ahead, behind })
            await node.Services.GetServices<IChore>().OfType<OrderTimerChore>().Single().Run(default);
    }

    static async Task<string> Waiting(TestServer node)
    {
        var answer = await node.Client.Place(SmallChain.Order("k2"));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    async Task<List<string>> Statuses(string[] orders)
    {
        var statuses = new List<string>();
        foreach (var order in orders)
            statuses.Add((await ahead.Get($"/v1/orders/{order}"))["status"]!.GetValue<string>());
        return statuses;
    }
}
