using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Catalogue;

/// <summary>Two people edit the same entry: the second one does not overwrite the change of the first.</summary>
public sealed class ConditionalTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    readonly TestServer server = shared.Server;

    [Theory]
    [InlineData("/v1/brands/cond", """{"name":"Cond"}""", """{"name":"Other"}""")]
    [InlineData("/v1/ingredients/cond", """{"name":"Cond","unit":"g"}""", """{"name":"Other","unit":"g"}""")]
    [InlineData("/v1/items/cond-item",
        """
        {"brandId":"dosa","name":"Cond","price":{"amount":100,"currency":"INR"},"taxBasisPoints":0,"recipe":[]}
        """,
        """
        {"brandId":"dosa","name":"Other","price":{"amount":200,"currency":"INR"},"taxBasisPoints":0,"recipe":[]}
        """)]
    [InlineData("/v1/kitchens/cond",
        """{"name":"Cond","timeZone":"Asia/Kolkata","currency":"INR","brands":["dosa"]}""",
        """{"name":"Other","timeZone":"Asia/Kolkata","currency":"INR","brands":["dosa"]}""")]
    public async Task An_entry_is_replaced_only_by_those_who_have_read_it(string path, string first, string second)
    {
        await Refused(path, first, "*");
        var created = await Put(path, first);
        var read = (await server.Client.GetAsync(path)).Headers.ETag!.ToString();
        created.Headers.ETag!.ToString().ShouldBe(read);

        var changed = await Put(path, second, $"\"3\", {read}");

        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        changed.Headers.ETag!.ToString().ShouldNotBe(read);
        await Refused(path, first, read);
        await Refused(path, first, $"W/{changed.Headers.ETag}");
        // The response to the change was lost, and the client repeats it.
        (await Put(path, second, read)).StatusCode.ShouldBe(HttpStatusCode.OK);
        ((string)(await server.Get(path))["name"]!).ShouldBe("Other");
        (await Put(path, first, "*")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_two_changes_in_one_batch_the_second_sees_the_first()
    {
        await Put("/v1/brands/both", """{"name":"Before"}""");
        var read = (await server.Client.GetAsync("/v1/brands/both")).Headers.ETag!.ToString();

        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            n => Put("/v1/brands/both", $$"""{"name":"Name {{n}}"}""", read)));

        both.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        both.Count(response => response.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(7);
    }

    [Fact]
    public async Task The_version_of_a_kitchen_includes_its_mode_and_hours()
    {
        var kitchen = await Own.Kitchen(server);
        var read = (await server.Client.GetAsync($"/v1/kitchens/{kitchen}")).Headers.ETag!.ToString();

        var paused = await Put($"/v1/kitchens/{kitchen}/mode", """{"mode":"paused"}""", read);

        paused.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Refused($"/v1/kitchens/{kitchen}/mode", """{"mode":"online"}""", read);
        await Refused($"/v1/kitchens/{kitchen}/hours",
            """{"weekly":[{"days":["mon"],"from":"09:00","to":"17:00"}]}""", read);
    }

    [Fact]
    public async Task A_condition_that_cannot_be_read_changes_nothing()
    {
        var before = await server.Get("/v1/brands/dosa");

        (await Put("/v1/brands/dosa", """{"name":"Else"}""", "unquoted")).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);

        (await server.Get("/v1/brands/dosa")).ToJsonString().ShouldBe(before.ToJsonString());
    }

    [Theory]
    [InlineData("/v1/brands/dosa")]
    [InlineData("/v1/items/masala")]
    [InlineData("/v1/kitchens/{kitchen}/menu")]
    public async Task An_unchanged_entry_is_not_sent_again(string path)
    {
        path = path.Replace("{kitchen}", await Own.Kitchen(server));
        var first = await server.Client.GetAsync(path);

        (await Get(path, first.Headers.ETag!.ToString())).ShouldBe((304, 0));
        (await Get(path, "\"0123456789abcdef\"")).ShouldBe((200, first.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task A_menu_that_has_changed_is_sent_again()
    {
        var kitchen = await Own.Kitchen(server);
        var path = $"/v1/kitchens/{kitchen}/menu";
        var read = (await server.Client.GetAsync(path)).Headers.ETag!.ToString();

        await server.Post("/v1/orders", SmallChain.Order(kitchen));

        (await Get(path, read)).Status.ShouldBe(200);
    }

    async Task<(int Status, long? Length)> Get(string path, string known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        var response = await server.Client.SendAsync(request);
        return ((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    async Task Refused(string path, string body, string condition)
    {
        var refused = await Put(path, body, condition);
        refused.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        ((string)(await refused.Content.ReadFromJsonAsync<JsonNode>())!["code"]!).ShouldBe("stale_entry");
    }

    Task<HttpResponseMessage> Put(string path, string body, string? condition = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path)
        {
            Content = new StringContent(body, null, "application/json"),
        };
        if (condition is not null) request.Headers.TryAddWithoutValidation("If-Match", condition);
        return server.Client.SendAsync(request);
    }
}
