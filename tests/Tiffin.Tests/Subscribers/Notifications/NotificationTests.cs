using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Tiffin.Tests.Support;
using static Tiffin.Tests.Subscribers.Notifications.ToldOrder;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>E-mails to a real mail server.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    MailServer mail = null!;

    public async Task InitializeAsync() => mail = await MailServer.Start();

    public async Task DisposeAsync() => await mail.DisposeAsync();

    [Fact]
    public async Task A_customer_who_agreed_gets_one_message_per_status_and_no_other_customer_does()
    {
        await using var server = await Start();
        await Placed(server, Email("asked-for-nothing@example.com", consent: null));
        await Placed(server, Email("declined@example.com", consent: false));
        var order = await Placed(server, Email("asha@example.com"));
        foreach (var status in new[] { "preparing", "out_for_delivery", "delivered" })
            await Move(server, order, status);

        var list = await Told(server, order, count: 3);

        list.Select(entry => (entry.Status, entry.State)).ShouldBe(
            [("accepted", "sent"), ("out_for_delivery", "sent"), ("delivered", "sent")]);
        list.ShouldAllBe(entry => entry.Channel == "email" && entry.Attempts == 1 && entry.EndedAt != null);
        await Receives(3);
        mail.Mails.Select(m => m.To).Distinct().ShouldBe(["asha@example.com"]);
        mail.Mails.Count.ShouldBe(3);
        mail.Mails.Select(m => m.Id).Distinct().Count().ShouldBe(3);
        var first = mail.Mails[0];
        first.From.ShouldBe("dosa@example.com");
        first.Subject.ShouldBe("Dosa Corner: your order 3");
        first.Text.ShouldContain("Dosa Corner has accepted your order 3.");
        var link = first.Text.Split("Follow it: ")[1].Trim();
        link.ShouldStartWith("https://orders.example/t/");
        link.ShouldNotContain(order.ToString());
        (await server.Client.GetAsync(new Uri(link).PathAndQuery)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_temporary_refusal_is_retried_and_a_permanent_one_is_not()
    {
        await using var server = await Start();
        using var measured = new Measurements(server);
        var later = await Placed(server, Email("once@example.com"));
        var never = await Placed(server, Email("unknown@example.com"));

        (await Told(server, later)).Single().ShouldSatisfyAllConditions(
            entry => entry.State.ShouldBe("sent"), entry => entry.Attempts.ShouldBe(2));
        (await Told(server, never)).Single().ShouldSatisfyAllConditions(
            entry => entry.State.ShouldBe("refused"), entry => entry.Attempts.ShouldBe(1),
            entry => entry.Error.ShouldBe("550 <…> is unknown here"));
        await Receives(1);
        mail.Mails.Select(m => m.To).ShouldBe(["once@example.com"]);
        measured.Of("tiffin.notification.attempts").Select(attempt => attempt.Tag)
            .ShouldBe(["waiting", "sent", "refused"], ignoreOrder: true);
        measured.Of("tiffin.notification.delay").Single().Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_message_with_an_unknown_outcome_is_not_sent_again()
    {
        await using var server = await Start(("Timeout", "00:00:01"));
        var order = await Placed(server, Email("silent@example.com"));

        (await Told(server, order)).Single().State.ShouldBe("unknown");

        // A message that is sent later shows that the dispatcher did not wait for that one.
        await Told(server, await Placed(server, Email("asha@example.com")));
        await Receives(1, "silent@example.com");
        mail.Mails.Count(m => m.To == "silent@example.com").ShouldBe(1);
    }

    [Fact]
    public async Task A_message_with_an_unknown_outcome_is_sent_again_if_configured()
    {
        await using var server = await Start(("Timeout", "00:00:01"), ("RetryUnknownOutcome", "true"));
        await Placed(server, Email("silent@example.com"));

        await Receives(2);

        mail.Mails[1].Id.ShouldBe(mail.Mails[0].Id);
    }

    [Theory]
    [InlineData("busy@example.com", "451 <…> not now")]
    [InlineData("full@example.com", "452 no room")]
    public async Task A_late_message_is_dropped_and_recorded(string address, string error)
    {
        await using var server = await Start();
        using var measured = new Measurements(server);
        var order = await Placed(server, Email(address));
        await Eventually.Holds(() => List(server, order), entries => entries is [{ Attempts: > 1 }]);

        await Expire(server);

        var entry = (await Told(server, order)).Single();

        entry.State.ShouldBe("late");
        entry.Attempts.ShouldBeGreaterThan(1);
        entry.Error.ShouldBe(error);
        await Eventually.Holds(
            () => measured.Of("tiffin.notification.attempts").Any(attempt => attempt.Tag == "late"),
            "a late message counted");
    }

    [Fact]
    public async Task A_message_whose_node_died_while_sending_is_left_alone()
    {
        await using var server = await Start(("ClaimTimeout", "00:01:00"), ("PrintToConsole", "false"));
        var order = await Placed(server, Email("busy@example.com"));
        await Eventually.Holds(() => List(server, order), entries => entries is [{ Attempts: > 0 }]);
        // The row as left by a node that died two minutes ago.
        await Eventually.Holds(async () => await Execute(server, """
            UPDATE notifications SET state = 1, attempts = attempts + 1, claimed_at = now() - interval '2 minutes'
            WHERE state = 0
            """) == 1);

        var entry = (await Told(server, order)).Single();

        entry.State.ShouldBe("unknown");
        entry.Error.ShouldBe("the sending node stopped before it recorded an outcome");
        mail.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Messages_use_the_language_of_the_brand_and_the_operators_templates()
    {
        var folder = Directory.CreateTempSubdirectory("tiffin-templates-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "dosa.hi.txt"), "subject: {brand} कहता है\n");
        await using var server = await Start(("Languages:dosa", "hi"), ("TemplatesFolder", folder));
        await Told(server, await Placed(server, Email("asha@example.com")));

        await Receives(1);
        mail.Mails[0].Subject.ShouldBe("Dosa Corner कहता है");
        mail.Mails[0].Text.ShouldContain("Dosa Corner ने आपका ऑर्डर 1 स्वीकार कर लिया है।");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_address_that_was_erased_gets_no_message()
    {
        await using var server = await Start(("RetryBackoff", "00:00:01"));
        var order = await Placed(server, Email("busy@example.com"));
        await Eventually.Holds(() => List(server, order), entries => entries is [{ Attempts: > 0 }]);
        await Execute(server, "UPDATE contacts SET email = NULL");

        (await Told(server, order)).Single().State.ShouldBe("refused");
    }

    [Fact]
    public async Task A_server_without_starttls_gets_nothing_unless_it_may_be_sent_in_the_clear()
    {
        await using var server = await Start(("Smtp:Security", "StartTls"));
        var order = await Placed(server, Email("asha@example.com"));
        await Eventually.Holds(() => List(server, order), entries => entries is [{ Attempts: > 0 }]);

        await Expire(server);

        var entry = (await Told(server, order)).Single();

        entry.Error.ShouldBe("the mail server does not offer STARTTLS");
        mail.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_that_does_not_exist_has_no_notifications()
    {
        await using var server = await Start();
        (await server.Client.GetAsync($"v1/orders/{Guid.NewGuid()}/notifications")).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        (await List(server, await Placed(server, Email("asha@example.com", consent: null)))).ShouldBeEmpty();
    }

    async Task<TestServer> Start(params (string Name, string Value)[] settings)
    {
        var server = await TestServer.Start(configure: builder =>
        {
            Configure(builder, ("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"),
                ("Smtp:From", "dosa@example.com"), ("RetryBackoff", "00:00:00.2"), ("PollInterval", "00:00:00.05"));
            Configure(builder, settings);
            builder.Configuration["Tracking:PublicUrl"] = "https://orders.example";
        });
        await SmallChain.Open(server);
        return server;
    }

    static void Configure(WebApplicationBuilder builder, params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings) builder.Configuration[$"Notifications:{name}"] = value;
    }

    /// <summary>Waits until the mail server reports them, which may be after its response.</summary>
    async Task Receives(int count, string? to = null) => await Eventually.Holds(
        () => mail.Mails, mails => mails.Count(m => to is null || m.To == to) >= count, $"{count} mails");

    /// <summary>Makes the messages too old to be sent.</summary>
    static async Task Expire(TestServer server) =>
        await Execute(server, "UPDATE notifications SET at = at - interval '1 hour'");

    static async Task<int> Execute(TestServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }
}
