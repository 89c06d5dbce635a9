using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sparkplug.Broker.Connections;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.Broker.Connections;

[Collection(RealClock.Name)]
public sealed class TlsConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-test-").FullName;
    private readonly TestCertificates _certificates;
    private readonly SslStreamCertificateContext _server;

    public TlsConnectionTests()
    {
        _certificates = new TestCertificates(_folder);
        var (certificateFile, keyFile) = _certificates.ForServer("127.0.0.1");
        _server = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), null, offline: true);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.TargetCertificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Packets_of_all_sizes_come_back_over_each_version(SslProtocols version)
    {
        await using var bench = await StartAsync();
        await using var client = await ConnectAsync(bench, version);
        foreach (var size in (int[])[0, 1, 100, 16_000, 17_000, 300_000, 3_000_000])
        {
            var packet = BenchOwner.Packet(size);
            var sending = client.WriteAsync(packet, Cancel);
            Assert.Equal(packet, await ReadAsync(client, packet.Length));
            await sending;
        }

        Assert.False(Assert.Single(bench.Owners).IsBroken);
    }

    [Fact]
    public async Task A_packet_cut_into_records_at_each_byte_comes_back_whole()
    {
        await using var bench = await StartAsync();
        await using var client = await ConnectAsync(bench);
        var packet = BenchOwner.Packet(20);
        for (var cut = 1; cut < packet.Length; cut++)
        {
            await client.WriteAsync(packet.AsMemory(0, cut), Cancel);
            await client.WriteAsync(packet.AsMemory(cut), Cancel);
            Assert.Equal(packet, await ReadAsync(client, packet.Length));
        }
    }

    [Fact]
    public async Task Records_cut_on_the_wire_at_each_byte_are_put_together()
    {
        await using var bench = await StartAsync();
        using var socket = await ConnectSocketAsync(bench);
        await using var client = new SslStream(new Dribble(new NetworkStream(socket, ownsSocket: false)));
        await client.AuthenticateAsClientAsync(Options(), Cancel);
        var packet = BenchOwner.Packet(40);
        await client.WriteAsync(packet, Cancel);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
    }

    [Fact]
    public async Task Many_clients_shake_hands_at_once()
    {
        await using var bench = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            await using var client = await ConnectAsync(bench);
            var packet = BenchOwner.Packet(number);
            await client.WriteAsync(packet, Cancel);
            Assert.Equal(packet, await ReadAsync(client, packet.Length));
        }));
        await Wait.UntilAsync("all are counted out", 30, () => bench.Quota.Count == 0);
        Assert.All(bench.Owners, owner => Assert.Equal((1, false), (owner.EndedCount, owner.IsBroken)));
    }

    [Fact]
    public async Task A_slow_reader_keeps_the_rest_waiting_and_gets_it_whole()
    {
        await using var bench = await StartAsync();
        await using var client = await ConnectAsync(bench);
        var owner = Assert.Single(bench.Owners);
        var packet = BenchOwner.Packet(20_000_000);
        await bench.OnLoopAsync(() =>
        {
            owner.Connection.Output.Write(packet);
            owner.Connection.Flush();
        });
        Assert.InRange(await bench.OnLoopAsync(() => owner.Connection.Output.Length), 1, packet.Length);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        await Wait.UntilAsync("the owner is told", 30, () => owner.DrainedCount == 1);
    }

    [Fact]
    public async Task Nothing_is_handed_on_while_paused_and_everything_after()
    {
        await using var bench = await StartAsync();
        await using var client = await ConnectAsync(bench);
        var owner = Assert.Single(bench.Owners);
        await bench.OnLoopAsync(owner.Connection.Pause);
        byte[] packets = [.. BenchOwner.Packet(100_000), .. BenchOwner.Packet(10)];
        var sending = client.WriteAsync(packets, Cancel);
        await using (var other = await ConnectAsync(bench)) // when this one is answered, the first one would have been
        {
            await other.WriteAsync(BenchOwner.Packet(10), Cancel);
            await ReadAsync(other, 14);
        }

        Assert.Equal(0, owner.Received);
        await bench.OnLoopAsync(owner.Connection.Resume);
        Assert.Equal(packets, await ReadAsync(client, packets.Length));
        await sending;
    }

    [Fact]
    public async Task Close_sends_the_output_and_a_goodbye()
    {
        await using var bench = await StartAsync();
        bench.Acceptor.OnPacket = (owner, packet) =>
        {
            owner.Connection.Output.Write(packet);
            owner.Connection.Close();
        };
        await using var client = await ConnectAsync(bench);
        var packet = BenchOwner.Packet(1_000_000);
        await client.WriteAsync(packet, Cancel);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        Assert.Equal(0, await client.ReadAsync(new byte[1], Cancel)); // an end without the goodbye throws
        await TcpConnectionTests.AssertEndedAsync(Assert.Single(bench.Owners), ConnectionEnd.ByBroker);
    }

    [Fact]
    public async Task The_user_of_a_client_certificate_comes_with_the_connection()
    {
        await using var bench = await StartAsync(asksForCertificate: true);
        var (certificateFile, keyFile) = _certificates.ForClient("Line1");
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var options = Options();
        options.ClientCertificates = [pem];
        using var socket = await ConnectSocketAsync(bench);
        await using var client = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await client.AuthenticateAsClientAsync(options, Cancel);
        Assert.Equal("CN=Line1", (await bench.OwnerAsync(_ => true)).Connection.CertificateUser);
    }

    [Fact]
    public async Task A_refused_client_certificate_is_told_by_an_alert_and_reaches_no_owner()
    {
        await using var bench = await StartAsync(asksForCertificate: true);
        using var socket = await ConnectSocketAsync(bench);
        await using var client = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var fault = await Record.ExceptionAsync(async () =>
        {
            await client.AuthenticateAsClientAsync(Options(), Cancel); // TLS 1.3 tells with the first read
            await client.ReadExactlyAsync(new byte[1], Cancel);
        });
        Assert.True(fault is AuthenticationException or IOException, $"{fault}");
        Assert.Empty(bench.Owners);
        await Wait.UntilAsync("it is counted out", 30, () => bench.Quota.Count == 0);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000")]
    [InlineData("\u0010\u000c\u0000\u0004MQTT\u0004\u0002\u0000\u003c\u0000\u0000")]
    public async Task Bytes_that_are_no_handshake_end_the_connection(string bytes)
    {
        await using var bench = await StartAsync();
        using var socket = await ConnectSocketAsync(bench);
        await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(bytes), Cancel);
        var buffer = new byte[1000];
        while (await socket.ReceiveAsync(buffer, Cancel) > 0)
        {
            // an alert
        }

        socket.Dispose();
        Assert.Empty(bench.Owners);
        await Wait.UntilAsync("it is counted out", 30, () => bench.Quota.Count == 0);
    }

    [Fact]
    public async Task Damaged_records_after_the_handshake_end_the_connection()
    {
        await using var bench = await StartAsync();
        using var socket = await ConnectSocketAsync(bench);
        await using var client = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await client.AuthenticateAsClientAsync(Options(), Cancel);
        var owner = await bench.OwnerAsync(_ => true);
        await socket.SendAsync(new byte[] { 23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 }, Cancel);
        await TcpConnectionTests.AssertEndedAsync(owner, ConnectionEnd.Broken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    public async Task A_handshake_that_is_never_finished_ends_in_time(string begun)
    {
        await using var bench = await StartAsync();
        using var socket = await ConnectSocketAsync(bench);
        await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(begun), Cancel);
        await Wait.UntilAsync("it is counted in", 30, () => bench.Quota.Count == 1);
        var waited = await Wait.UntilAsync("it is counted out", 60, () => bench.Quota.Count == 0);
        Assert.InRange(waited.TotalSeconds, 5, 60);
        Assert.Empty(bench.Owners);
    }

    [Fact]
    public async Task A_stop_ends_connections_and_handshakes()
    {
        var bench = await StartAsync();
        using var socket = await ConnectSocketAsync(bench);
        await using var client = await ConnectAsync(bench);
        await Wait.UntilAsync("both are in", 30, () => bench.Quota.Count == 2);
        await bench.DisposeAsync();
        Assert.Equal(0, bench.Quota.Count);
        Assert.Equal(1, Assert.Single(bench.Owners).EndedCount);
    }

    [Fact]
    public async Task An_echo_allocates_next_to_nothing_on_the_loop()
    {
        const int Rounds = 2000, MostPerMessage = 8;
        await using var bench = await StartAsync();
        await using var client = await ConnectAsync(bench);
        var packet = BenchOwner.Packet(256);
        await EchoAsync(client, packet, 200);
        var before = await bench.OnLoopAsync(GC.GetAllocatedBytesForCurrentThread);
        await EchoAsync(client, packet, Rounds);
        var after = await bench.OnLoopAsync(GC.GetAllocatedBytesForCurrentThread);
        Assert.InRange((after - before) / Rounds, 0, MostPerMessage);
    }

    private Task<LoopBench> StartAsync(bool asksForCertificate = false) => LoopBench.StartAsync(new BenchSettings
    {
        Tls = new TlsTerms(
            () => new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _server,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowRenegotiation = false,
                ClientCertificateRequired = asksForCertificate,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => !asksForCertificate || certificate is not null,
            },
            certificate => certificate.Subject),
    });

    private static async Task EchoAsync(SslStream client, byte[] packet, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await client.WriteAsync(packet, Cancel);
            await ReadAsync(client, packet.Length);
        }
    }

    private static async Task<Socket> ConnectSocketAsync(LoopBench bench)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(bench.Endpoints.Tls!, Cancel);
        return socket;
    }

    private async Task<SslStream> ConnectAsync(LoopBench bench, SslProtocols version = SslProtocols.None)
    {
        var socket = await ConnectSocketAsync(bench);
        var client = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var options = Options();
        options.EnabledSslProtocols = version;
        await client.AuthenticateAsClientAsync(options, Cancel);
        var local = socket.LocalEndPoint!;
        await bench.OwnerAsync(owner => owner.Remote.Equals(local));
        return client;
    }

    private SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = "127.0.0.1",
        RemoteCertificateValidationCallback = (_, certificate, _, _) => _server.TargetCertificate.Equals(certificate),
    };

    private static async Task<byte[]> ReadAsync(SslStream client, int count)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, Cancel);
        return bytes;
    }

    /// <summary>Writes each byte by itself.</summary>
    private sealed class Dribble(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < buffer.Length; i++)
                await inner.WriteAsync(buffer.Slice(i, 1), cancellationToken);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
