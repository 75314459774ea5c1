package app.almanac.upstream;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects an answer's bytes, and breaks off one that is larger than it may be. */
class BoundedBody implements BodySubscriber<byte[]> {

    private final BodySubscriber<byte[]> collected = BodySubscribers.ofByteArray();
    private Flow.@Nullable Subscription subscription;
    private long left;

    BoundedBody(int largest) {
        this.left = largest;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return collected.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        collected.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        left -= buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (left >= 0) {
            collected.onNext(buffers);
        } else if (subscription != null) {
            subscription.cancel();
            collected.onError(new IOException("the answer is too large"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        collected.onError(failure);
    }

    @Override
    public void onComplete() {
        collected.onComplete();
    }
}
