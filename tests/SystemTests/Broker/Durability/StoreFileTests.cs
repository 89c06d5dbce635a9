using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sparkplug.Broker.Packets;
using SystemTests.Support;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>The store as a file: damaged, and copied while it is written.</summary>
public sealed class StoreFileTests : IDisposable
{
    private const uint SessionSeconds = 3600;

    private readonly string _folder = Directory.CreateTempSubdirectory("broker-store-").FullName;

    private string Store => Path.Combine(_folder, "broker.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("head")]
    [InlineData("page")]
    [InlineData("cut")]
    [InlineData("log")]
    public async Task A_damaged_store_is_put_aside_with_a_clear_message_and_the_broker_starts(string damage)
    {
        await using var broker = new BrokerProcess(_folder);
        await broker.StartAsync();
        await using (var client = await ConnectAsync(broker, "session"))
        {
            client.Send(ClientPackets.Publish("retained", new string('x', 20_000), qos: Qos.AtLeastOnce, packetId: 1, retain: true));
            await client.TakeAsync(PacketType.Puback);
        }

        if (damage == "log")
            await broker.Process.KillAsync(); // it is read at the next start
        else
            Assert.Equal(0, await broker.Process.TerminateAsync());
        Damage(damage);
        await broker.StartAsync();
        var line = broker.Process.Lines.SingleOrDefault(line => line.Contains("is damaged", StringComparison.Ordinal));
        if (damage == "log")
        {
            // Like the end that a power cut has torn: what stands before it counts, and nothing is put aside.
            Assert.Null(line);
        }
        else
        {
            Assert.NotNull(line);
            Assert.Contains($"{Store} is damaged (", line, StringComparison.Ordinal);
            var aside = Assert.Single(Directory.GetFiles(_folder, "broker.db.damaged-*Z"));
            Assert.Contains($"it is now {aside}, and the broker starts without what is in it", line, StringComparison.Ordinal);
        }

        await using var later = await ConnectAsync(broker, "session");
        later.Send(ClientPackets.Publish("retained", "again", qos: Qos.AtLeastOnce, packetId: 1, retain: true));
        Assert.Equal(PacketType.Puback, (await later.NextAsync())?.Type);
    }

    [Fact]
    public async Task A_backup_made_under_load_has_all_that_was_acknowledged_before_it()
    {
        var admin = FreePort.Take();
        var findings = new Findings();
        await using var broker = new BrokerProcess(_folder) { More = [$"--Broker:Admin:Listen=127.0.0.1:{admin}"] };
        await broker.StartAsync();
        await using (var subscriber = await ConnectAsync(broker, "reader"))
        {
            subscriber.Send(ClientPackets.Subscribe(1, "load/#", Qos.ExactlyOnce));
            await subscriber.TakeAsync(PacketType.Suback);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var publisher = new LoadPublisher(broker.Port, "p", ProtocolVersion.V5, findings, () => { });
        var publishing = publisher.RunAsync(stop.Token);
        await Wait.UntilAsync("some messages", 30, () => publisher.ExactlyOnce.Acknowledged > 200);
        var (atLeastOnce, exactlyOnce) = (publisher.AtLeastOnce.Acknowledged, publisher.ExactlyOnce.Acknowledged);
        var file = await BackUpAsync(admin);
        await broker.Process.KillAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        findings.AssertNone("load");

        var restored = Directory.CreateDirectory(Path.Combine(_folder, "restored")).FullName;
        File.Copy(file, Path.Combine(restored, "broker.db"));
        await using var another = new BrokerProcess(restored);
        await another.StartAsync();
        await CheckAsync(another, publisher, atLeastOnce, exactlyOnce);
    }

    /// <summary>Reads until all of that has come, each stream in order.</summary>
    private static async Task CheckAsync(BrokerProcess broker, LoadPublisher publisher, int atLeastOnce, int exactlyOnce)
    {
        List<string> reports = [];
        var rules = new DeliveryRules(reports.Add);
        rules.Connected();
        await using var reader = await ConnectAsync(broker, "reader", isPresent: true);
        while (rules.LastOf(publisher.AtLeastOnce) < atLeastOnce || rules.LastOf(publisher.ExactlyOnce) < exactlyOnce)
        {
            var publish = await reader.NextAsync();
            if (publish?.Type == PacketType.Pubrel)
            {
                reader.Send(ClientPackets.Ack(PacketType.Pubcomp, publish.PacketId));
                continue;
            }

            Assert.Equal(PacketType.Publish, publish?.Type);
            var stream = publish!.Topic == publisher.AtLeastOnce.Topic ? publisher.AtLeastOnce : publisher.ExactlyOnce;
            rules.Received(stream, int.Parse(publish.Text, CultureInfo.InvariantCulture), publish.Qos, publish.PacketId, publish.Dup);
            rules.Released(publish.PacketId);
            reader.Send(ClientPackets.Ack(publish.Qos == Qos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, publish.PacketId));
        }

        Assert.Empty(reports);
    }

    private async Task<string> BackUpAsync(int port)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/api/backup"));
        var token = await File.ReadAllTextAsync(Path.Combine(_folder, "admin.token"), TestContext.Current.CancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["file"]!;
    }

    private void Damage(string kind)
    {
        using var file = File.OpenHandle(kind == "log" ? $"{Store}-wal" : Store, FileMode.Open, FileAccess.ReadWrite);
        var length = RandomAccess.GetLength(file);
        var noise = new byte[3000];
        new Random(1).NextBytes(noise);
        switch (kind)
        {
            case "head":
                RandomAccess.Write(file, noise, 0);
                break;
            case "page":
                RandomAccess.Write(file, noise, length / 4096 / 2 * 4096);
                break;
            case "cut":
                RandomAccess.SetLength(file, length / 2);
                break;
            default:
                RandomAccess.Write(file, noise, length - noise.Length);
                break;
        }
    }

    private static async Task<WireClient> ConnectAsync(BrokerProcess broker, string clientId, bool isPresent = false)
    {
        var connect = ClientPackets.Connect(clientId, cleanStart: false, sessionExpiryInterval: SessionSeconds);
        var (client, connack) = await WireClient.ConnectAsync(broker.Port, ProtocolVersion.V5, connect, TestContext.Current.CancellationToken);
        if (isPresent)
            Assert.True(connack.SessionPresent);
        return client;
    }
}
