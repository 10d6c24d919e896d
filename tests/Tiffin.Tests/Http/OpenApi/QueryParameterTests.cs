using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Edge;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.OpenApi;

/// <summary>
/// A parameter is declared where its operation is mapped, and read in the handler. Reading an undeclared one is a
/// defect that every request reveals.
/// </summary>
public sealed class QueryParameterTests
{
    [Fact]
    public async Task Every_query_parameter_that_is_declared_is_read_and_no_other_is_ignored()
    {
        await using var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder);
            // The sign-in has its own parameter, and exists only with an issuer.
            builder.Configuration["Access:Jwt:Authority"] = "https://127.0.0.1:9";
            builder.Configuration["Access:SignIn:ClientId"] = "tiffin";
        });
        await SmallChain.Open(server);
        var ids = await FuzzTests.Ids(server);
        ids["token"] = server.Services.GetRequiredService<TrackingTokens>().Of(Guid.Parse(ids["token"]));
        var ignored = new List<string>();
        foreach (var operation in await ApiOperation.All(server))
        {
            var path = Names(operation, "path").Aggregate(
                operation.Path, (path, part) => path.Replace($"{{{part}}}", ids[part]));
            var names = Names(operation, "query");
            // Others may add parameters to a shared link, and no person reads the response of a health check.
            if (!operation.IsPublic) names = names.Append("nonsense");
            foreach (var name in names)
            {
                // No parameter that is read accepts this value, nor the repetition.
                using var request = new HttpRequestMessage(
                    new HttpMethod(operation.Method), $"{path}?{name}=%00&{name}=%00");
                if (name == "lastEventId") request.Headers.Accept.ParseAdd("text/event-stream");
                using var answer = await server.Client.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Forbidden) continue;
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode != HttpStatusCode.BadRequest || !body.Contains($"/query/{name}"))
                    ignored.Add($"{operation.Method} {operation.Path}?{name}: {(int)answer.StatusCode} {body}");
            }
        }

        ignored.ShouldBeEmpty();
    }

    static IEnumerable<string> Names(ApiOperation operation, string place) =>
        operation.Parameters.Where(parameter => (string?)parameter["in"] == place)
            .Select(parameter => (string)parameter["name"]!);
}
