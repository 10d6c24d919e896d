using System.Text;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class HttpReplyTests
{
    const string Plain = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nETag: \"1\"\r\n\r\nhello";

    const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "5\r\nhello\r\nb\r\n and\r\nmore.\r\n0\r\n\r\n";

    const string Empty = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n";

    readonly HttpReply reply = new();

    [Theory]
    [InlineData(Plain, 201, "hello")]
    [InlineData(Chunked, 200, "hello and\r\nmore.")]
    [InlineData(Empty, 304, "")]
    public void A_response_is_parsed_the_same_in_pieces_of_any_size(string text, int status, string body)
    {
        for (var piece = 1; piece <= text.Length; piece++)
        {
            reply.Clear();
            var ends = Feed(text, piece);

            ends.ShouldBe(Enumerable.Repeat(false, ends.Count - 1).Append(true), $"in pieces of {piece}");
            reply.Status.ShouldBe(status);
            Encoding.ASCII.GetString(reply.Body).ShouldBe(body);
        }
    }

    [Fact]
    public void The_buffer_grows_with_a_long_response()
    {
        var body = new string('x', 300_000);

        Feed($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}", 1_000)[^1].ShouldBeTrue();

        reply.Body.Length.ShouldBe(body.Length);
    }

    [Theory]
    [InlineData("Retry-After: 1\r\n", true)]
    [InlineData("retry-after:2\r\n", true)]
    [InlineData("X-Retry-After: 1\r\n", false)]
    [InlineData("", false)]
    public void A_retry_after_header_is_recognized(string header, bool says)
    {
        Feed($"HTTP/1.1 503 Service Unavailable\r\n{header}Content-Length: 0\r\n\r\n", 1_000);

        reply.HasRetryAfter.ShouldBe(says);
    }

    [Fact]
    public void Bytes_that_are_not_http_are_rejected() =>
        Should.Throw<InvalidDataException>(() => Feed("SSH-2.0-OpenSSH_9\r\n\r\n", 1_000));

    /// <summary>Whether the response was complete after each piece.</summary>
    List<bool> Feed(string text, int piece)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var ends = new List<bool>();
        for (var at = 0; at < bytes.Length; at += piece)
        {
            var part = bytes.AsMemory(at, Math.Min(piece, bytes.Length - at));
            part.CopyTo(reply.Free);
            ends.Add(reply.Received(part.Length));
        }
        return ends;
    }
}
