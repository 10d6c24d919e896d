using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Diagnostics;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_trace_links_the_callers_span_the_request_the_batch_and_its_statements()
    {
        var (trace, caller) = (Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()), "00f067aa0ba902b7");
        await using var collector = await OtlpCollector.Start();
        await using (var server = await TestServer.Start(configure: builder => Send(builder, collector)))
        {
            await SmallChain.Open(server);
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders")
            {
                Content = JsonContent.Create(SmallChain.Order()),
                Headers = { { "Idempotency-Key", "traced" }, { "traceparent", $"00-{trace}-{caller}-01" } },
            };
            (await server.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        // A server that has shut down has exported everything.
        var spans = collector.Spans;
        var placing = spans.Where(span => span.Trace == trace && span.Parent == caller).ShouldHaveSingleItem();
        var batch = spans.Where(span => span.Links.Contains(placing.Id)).ShouldHaveSingleItem();
        batch.Name.ShouldBe("commit");
        batch.Parent.ShouldBeEmpty();
        // Prefetch and write.
        spans.Count(span => span.Parent == batch.Id).ShouldBe(2);
    }

    [Fact]
    public async Task Metrics_and_logs_are_exported_to_the_same_endpoint()
    {
        await using var collector = await OtlpCollector.Start();
        await using (var server = await TestServer.Start(configure: builder => Send(builder, collector)))
            await SmallChain.Open(server);

        collector.Metrics.ShouldContain("tiffin.commit.batch.size");
        collector.Logs.ShouldContain(line => line.Contains("Leading analytics from position"));
    }

    [Fact]
    public async Task Without_an_endpoint_no_exporter_is_registered()
    {
        await using var server = await TestServer.Start();

        server.Services.GetService<TracerProvider>().ShouldBeNull();
        server.Services.GetService<LoggerProvider>().ShouldBeNull();
    }

    static void Send(WebApplicationBuilder builder, OtlpCollector collector)
    {
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        builder.Configuration["Logging:LogLevel:Tiffin"] = "Information";
    }
}
