namespace Tiffin.Bench.OpenLoop;

/// <param name="About">Passed back to <see cref="ITraffic.Answered"/> with the response.</param>
readonly record struct Request(string Kind, int Length, object? About = null);

/// <summary>The requests of many users. Called from many threads.</summary>
interface ITraffic
{
    const int RequestMax = 4096;

    /// <summary>Writes the next request, at most <see cref="RequestMax"/> bytes.</summary>
    Request Next(Span<byte> bytes);

    /// <summary>Called with the response; status 0 if there was none.</summary>
    void Answered(Request request, int status, ReadOnlySpan<byte> body);
}
