using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>What one server's commit pipeline measures from now on, apart from the others of this process.</summary>
public sealed class Measurements : IDisposable
{
    readonly MeterListener listener = new();
    readonly ConcurrentQueue<(string Instrument, double Value, string? Tag)> all = [];

    public Measurements(TestServer server)
    {
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, events) =>
        {
            if (instrument.Meter.Name == CommitMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                events.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
    }

    public IReadOnlyList<(double Value, string? Tag)> Of(string instrument) =>
        [.. all.Where(one => one.Instrument == instrument).Select(one => (one.Value, one.Tag))];

    /// <summary>How many commands wait now.</summary>
    public double QueueDepth()
    {
        listener.RecordObservableInstruments();
        return Of("tiffin.commit.queue.depth")[^1].Value;
    }

    public void Dispose() => listener.Dispose();

    void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        all.Enqueue((instrument.Name, value, tags.IsEmpty ? null : tags[0].Value as string));
}
