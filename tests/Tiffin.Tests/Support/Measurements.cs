using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Tiffin.Tests.Support;

/// <summary>Records the measurements of one server from now on, excluding other servers in this process.</summary>
public sealed class Measurements : IDisposable
{
    readonly MeterListener listener = new();
    readonly ConcurrentQueue<(string Instrument, double Value, string? Tag)> all = [];

    public Measurements(TestServer server)
    {
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, events) =>
        {
            var isTiffins = instrument.Meter.Name.StartsWith("Tiffin.", StringComparison.Ordinal);
            if (isTiffins && ReferenceEquals(instrument.Meter.Scope, meters))
                events.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
    }

    public IReadOnlyList<(double Value, string? Tag)> Of(string instrument) =>
        [.. all.Where(one => one.Instrument == instrument).Select(one => (one.Value, one.Tag))];

    /// <summary>The number of commands in the queue now.</summary>
    public double QueueDepth() => Now("tiffin.commit.queue.depth")!.Value;

    /// <summary>The current value of a gauge, for one tag if it has several.</summary>
    public double? Now(string gauge, string? tag = null)
    {
        listener.RecordObservableInstruments();
        return Of(gauge).Where(one => one.Tag == tag).Select(one => (double?)one.Value).LastOrDefault();
    }

    public void Dispose() => listener.Dispose();

    void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        all.Enqueue((instrument.Name, value, tags.IsEmpty ? null : tags[0].Value as string));
}
