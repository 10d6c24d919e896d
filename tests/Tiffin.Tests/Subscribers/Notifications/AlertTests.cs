using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Tests.Support;
using static Tiffin.Tests.Subscribers.Notifications.ToldOrder;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>Stock alerts that kitchens receive.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(4);

    readonly LogSpy spy = LogSpy.Listening();
    MailServer mail = null!;
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        mail = await MailServer.Start();
        server = await TestServer.Start(configure: builder =>
        {
            builder.Logging.AddProvider(spy);
            builder.Configuration["Notifications:Smtp:Host"] = "127.0.0.1";
            builder.Configuration["Notifications:Smtp:Port"] = $"{mail.Port}";
            builder.Configuration["Notifications:Smtp:Security"] = "None";
            builder.Configuration["Notifications:AlertInterval"] = $"{every}";
            builder.Configuration["Notifications:PollInterval"] = "00:00:00.05";
        });
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await mail.DisposeAsync();
    }

    [Fact]
    public async Task A_kitchen_gets_one_message_for_all_low_stock_and_the_next_after_an_interval()
    {
        await SmallChain.Open(server, rice: 150, potato: 60);
        await Put("k1", "chef@example.com");

        await Placed(server, Email("asha@example.com", consent: null));
        await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 1);
        await Receive("potato", 100);
        await Receive("rice", 100);
        await Placed(server, Email("asha@example.com", consent: null));
        await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 2);

        mail.Mails.ShouldAllBe(m => m.To == "chef@example.com" && m.Subject == "k1: stock is running out");
        mail.Mails[0].Text.ShouldContain("✗ Potato masala: 10 g\n✗ Rice batter: 50 g");
        // Both times are the database's; the first is taken shortly after the wait was computed.
        (await Gap()).ShouldBeGreaterThan(every / 2);
    }

    [Fact]
    public async Task Stock_that_recovers_before_the_message_is_not_reported()
    {
        await SmallChain.Open(server, rice: 150, potato: 60);
        await Put("k1", "chef@example.com");
        await Placed(server, Email("asha@example.com", consent: null));
        await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 1);

        await Execute("UPDATE alert_addresses SET next_at = now() + interval '1 hour'");

        await Receive("potato", 100);
        await Receive("rice", 100);
        await Placed(server, Email("asha@example.com", consent: null));
        await Eventually.Holds(Pending, skus => skus is ["rice"]);
        await Receive("rice", 300);
        await Eventually.Holds(Pending, skus => skus is []);
        await Placed(server, Email("asha@example.com", consent: null));
        await Eventually.Holds(Pending, skus => skus is ["potato"]);
        mail.Mails.Count.ShouldBe(1);
        await Execute("UPDATE alert_addresses SET next_at = now()");
        await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 2);

        mail.Mails[1].Text.ShouldContain("Potato masala");
        mail.Mails[1].Text.ShouldNotContain("Rice");
    }

    /// <summary>As happens when notifications are enabled and the events of months are read.</summary>
    [Fact]
    public async Task An_alert_of_long_ago_is_not_sent_when_there_is_stock_again()
    {
        await SmallChain.Open(server, rice: 10_000, potato: 60);
        await Put("k1", "chef@example.com");
        await Execute("INSERT INTO alerts_pending (kitchen, sku, is_out, on_hand) VALUES ('k1', 'rice', true, 0)");

        await Placed(server, Email("asha@example.com", consent: null));
        await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 1);

        mail.Mails[0].Text.ShouldContain("✗ Potato masala: 10 g");
        mail.Mails[0].Text.ShouldNotContain("Rice");
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_logged_and_skipped_and_delays_no_other()
    {
        await SmallChain.Open(server, rice: 150);
        await Put("k1", "chef@example.com");

        await server.AppendEmpty(EventType.InventoryLow);
        await Placed(server, Email("asha@example.com", consent: null));

        await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 1);
        mail.Mails[0].Text.ShouldContain("Rice batter");
        spy.Text.ShouldMatch(@"notifications skipped the unreadable event at position \d+ \(InventoryLow\)");
    }

    [Fact]
    public async Task An_address_can_be_set_read_and_removed_and_must_be_one()
    {
        await SmallChain.Open(server);
        var address = "v1/kitchens/k1/alert-address";
        (await server.Client.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Put("k1", "chef@example.com");
        await Put("k1", "cook@example.com");
        (await server.Client.GetStringAsync(address)).ShouldBe("""{"email":"cook@example.com"}""");
        (await server.Client.DeleteAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await server.Client.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await server.Client.PutAsJsonAsync(address, new { email = "not an address" })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await server.Client.PutAsJsonAsync("v1/kitchens/none/alert-address", new { email = "a@example.com" }))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    async Task Put(string kitchen, string email) =>
        (await server.Client.PutAsJsonAsync($"v1/kitchens/{kitchen}/alert-address", new { email })).StatusCode
            .ShouldBe(HttpStatusCode.OK);

    async Task Receive(string sku, long quantity)
    {
        await server.Pipeline.Submit(
            new RecordMovements("k1", [new MovementLine(sku, MovementKind.Received, quantity, null)])
            {
                Caller = SmallChain.Admin,
                Key = new RequestKey(Guid.NewGuid()),
                Fingerprint = Guid.NewGuid(),
            });
    }

    async Task<TimeSpan> Gap()
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("SELECT max(at) - min(at) FROM notifications");
        return (TimeSpan)(await command.ExecuteScalarAsync())!;
    }

    async Task<string[]> Pending()
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("SELECT coalesce(array_agg(sku), '{}') FROM alerts_pending");
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
