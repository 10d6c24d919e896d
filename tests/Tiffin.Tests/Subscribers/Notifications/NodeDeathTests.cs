using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tiffin.Tests.Support;
using static Tiffin.Tests.Subscribers.Notifications.ToldOrder;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>
/// A node in a separate process that sends, encrypted and authenticated, and is killed while it does.
/// </summary>
public sealed class NodeDeathTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tiffin-mail-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task No_message_is_sent_twice_although_its_node_was_killed_before_it_knew_the_outcome()
    {
        var (certificate, key) = await Certify();
        await using var mail = await MailServer.Start(certificate, key);
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);

        Guid silent;
        using (var node = Node(server, mail, certificate))
        {
            silent = await Placed(server, Email("silent@example.com"));
            await Eventually.Holds(() => mail.Mails, mails => mails.Count >= 1);
            node.Kill();
            await node.WaitForExitAsync();
        }
        // Its claim expires at once. A short ClaimTimeout would also expire those of the next node while it sends.
        await Session.Run(
            server.ConnectionString, "UPDATE notifications SET claimed_at = claimed_at - interval '1 hour'");
        var next = await Placed(server, Email("asha@example.com"));
        using (var node = Node(server, mail, certificate))
        {
            (await Told(server, next)).Single().State.ShouldBe("sent");
            (await Told(server, silent)).Single().State.ShouldBe("unknown");
            node.Kill();
            await node.WaitForExitAsync();
        }

        mail.Mails.Select(m => (m.To, m.IsEncrypted)).ShouldBe(
            [("silent@example.com", true), ("asha@example.com", true)]);
    }

    static Process Node(TestServer server, MailServer mail, string certificate)
    {
        var program = Path.Combine(ServerProcess.Program, "tiffin.dll");
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--urls", "http://127.0.0.1:0"]);
        start.Environment["ConnectionStrings__Tiffin"] = server.ConnectionString;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Notifications__Smtp__Host"] = "localhost";
        start.Environment["Notifications__Smtp__Port"] = $"{mail.Port}";
        start.Environment["Notifications__Smtp__User"] = "tiffin";
        start.Environment["Notifications__Smtp__Password"] = "secret";
        // Trusts the mail server's certificate, and no other.
        start.Environment["SSL_CERT_FILE"] = certificate;
        return Process.Start(start)!;
    }

    async Task<(string Certificate, string Key)> Certify()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var files = (Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"));
        await File.WriteAllTextAsync(files.Item1, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
