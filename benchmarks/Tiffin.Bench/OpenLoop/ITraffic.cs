namespace Tiffin.Bench.OpenLoop;

/// <summary>What is asked, and what it was about, for whoever makes sense of the answer.</summary>
readonly record struct Request(string Kind, int Length, object? About = null);

/// <summary>What a crowd of users asks for. Called from many threads.</summary>
interface ITraffic
{
    const int RequestMax = 4096;

    /// <summary>Writes the next request, at most <see cref="RequestMax"/> bytes.</summary>
    Request Next(Span<byte> bytes);

    /// <summary>Learns what became of a request; status 0 when it was not answered.</summary>
    void Answered(Request request, int status, ReadOnlySpan<byte> body);
}
