using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using MQTTnet.Channel;

namespace Sparkplug.Broker.Engine;

/// <summary>A Kestrel connection, plain or TLS, as the byte channel that MQTTnet reads and writes.</summary>
internal sealed class PipeChannel(ConnectionContext connection) : IMqttChannel
{
    private readonly PacketLimit _limit = new(PacketLimit.DefaultConnect, PacketLimit.DefaultOthers);

    public X509Certificate2 ClientCertificate => connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate!;

    public EndPoint RemoteEndPoint => connection.RemoteEndPoint!;

    public EndPoint LocalEndPoint => connection.LocalEndPoint!;

    public bool IsSecureConnection => connection.Features.Get<ITlsHandshakeFeature>() is not null;

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask; // Kestrel closes when the handler returns

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        var read = await input.ReadAsync(cancellationToken);
        var available = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length));
        var bytes = buffer.AsMemory(offset, (int)available.Length);
        available.CopyTo(bytes.Span);
        input.AdvanceTo(available.End); // from here on what was read is the pipe's again: the sequence must not be asked anything
        _limit.Observe(bytes.Span);
        return bytes.Length;
    }

    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        var output = connection.Transport.Output;
        foreach (var segment in buffer)
            output.Write(segment.Span);
        if (isEndOfPacket)
            await output.FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        // The connection belongs to Kestrel.
    }
}
