using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tiffin.Domain;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Screens;

/// <summary>Reports of screens that showed other data than the server has.</summary>
public sealed class DifferencesTests : IAsyncLifetime
{
    readonly LogSpy spy = LogSpy.Listening();
    TestServer server = null!;
    HttpClient cook = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start(configure: app => app.Logging.AddProvider(spy));
        await SmallChain.Open(server);
        cook = await server.ClientOf(Role.Kitchen, ["k1"]);
    }

    public async Task DisposeAsync()
    {
        cook.Dispose();
        await server.DisposeAsync();
        spy.Dispose();
    }

    [Fact]
    public async Task A_report_is_a_warning_in_the_log_and_counted()
    {
        (await Counted()).ShouldBe("0");

        (await Report("board", 42, "order 0199-a differs at version 3", "the mode is busy, not online"))
            .Status.ShouldBe(HttpStatusCode.NoContent);

        spy.Text.ShouldContain("The board of kitchen k1 differed from the server at position 42: "
            + "order 0199-a differs at version 3; the mode is busy, not online");
        spy.Text.ShouldContain(" Screen=board KitchenId=k1 Position=42 Differences=");
        (await Counted()).ShouldBe("2");
    }

    [Theory]
    [InlineData("menu", 42, 1, "x", HttpStatusCode.BadRequest, "/screen")]
    [InlineData("board", -1, 1, "x", HttpStatusCode.UnprocessableEntity, "/position")]
    [InlineData("board", 42, 0, "x", HttpStatusCode.UnprocessableEntity, "/differences")]
    [InlineData("board", 42, 21, "x", HttpStatusCode.UnprocessableEntity, "/differences")]
    [InlineData("board", 42, 1, "", HttpStatusCode.UnprocessableEntity, "/differences/0")]
    [InlineData("board", 42, 1, "order a\ninfo: all is well", HttpStatusCode.UnprocessableEntity, "/differences/0")]
    [InlineData("board", 42, 1, "order a\n", HttpStatusCode.UnprocessableEntity, "/differences/0")]
    [InlineData("board", 42, 1, "for Asha", HttpStatusCode.UnprocessableEntity, "/differences/0")]
    [InlineData("board", 42, 1, "+919800000000", HttpStatusCode.UnprocessableEntity, "/differences/0")]
    public async Task Anything_but_short_plain_sentences_is_refused_and_not_logged(
        string screen, long position, int count, string difference, HttpStatusCode status, string pointer)
    {
        var (answered, problem) = await Report(screen, position, [.. Enumerable.Repeat(difference, count)]);

        answered.ShouldBe(status);
        problem!["errors"]!.AsObject().Select(error => error.Key).ShouldBe([pointer]);
        spy.Text.ShouldNotContain("differed from the server");
    }

    [Fact]
    public async Task A_sentence_has_at_most_100_characters()
    {
        (await Report("board", 42, new string('x', 100))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Report("board", 42, new string('x', 101))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_screen_reports_its_own_kitchen_only()
    {
        using var answer = await cook.PostAsJsonAsync("/v1/kitchens/k2/differences", Body("board", 42, "x"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        spy.Text.ShouldNotContain("differed from the server");
    }

    async Task<(HttpStatusCode Status, JsonNode? Problem)> Report(
        string screen, long position, params string[] differences)
    {
        using var answer = await cook.PostAsJsonAsync(
            "/v1/kitchens/k1/differences", Body(screen, position, differences));
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text == "" ? null : JsonNode.Parse(text));
    }

    static object Body(string screen, long position, params string[] differences) =>
        new { screen, position, differences };

    async Task<string> Counted()
    {
        const string Series = "tiffin_screen_differences_total{screen=\"board\"} ";
        var text = await server.Client.GetStringAsync("/metrics");
        return text.Split('\n').Single(line => line.StartsWith(Series))[Series.Length..];
    }
}
