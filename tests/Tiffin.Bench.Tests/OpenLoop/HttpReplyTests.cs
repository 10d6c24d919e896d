using System.Text;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class HttpReplyTests
{
    const string Sized =
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 11\r\n\r\n{\"id\":\"17\"}";

    const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "4\r\n{\"id\r\n7\r\n\":\"17\"}\r\n0\r\n\r\n";

    [Theory]
    [InlineData(Sized, 201)]
    [InlineData(Chunked, 200)]
    public void An_answer_is_complete_at_its_last_byte_in_whatever_pieces_it_comes(string text, int status)
    {
        var reply = new HttpReply();
        for (var again = 0; again < 2; again++)
        {
            reply.Clear();
            var bytes = Encoding.ASCII.GetBytes(text);
            for (var i = 0; i < bytes.Length; i++)
            {
                reply.Free.Span[0] = bytes[i];
                reply.Received(1).ShouldBe(i == bytes.Length - 1, $"after {i + 1} bytes");
            }
            reply.Status.ShouldBe(status);
            Encoding.ASCII.GetString(reply.Body).ShouldBe("{\"id\":\"17\"}");
        }
    }

    [Fact]
    public void It_tells_whether_to_come_back()
    {
        var reply = new HttpReply();
        var bytes = Encoding.ASCII.GetBytes("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n");
        bytes.CopyTo(reply.Free);

        reply.Received(bytes.Length).ShouldBeTrue();
        reply.HasRetryAfter.ShouldBeTrue();
    }
}
