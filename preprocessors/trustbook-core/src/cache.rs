//! Results that one build leaves for the next, each with its input.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Results by name. A cache that keeps nothing, as in a single build, computes each result anew.
///
/// The input of a result is `from`, plus everything that the owner of the cache is responsible for. The owner of a page
/// compares its sources, the register, the theme and the outline before it reuses its results.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cache(Option<Arc<Mutex<Results>>>);

type Results = BTreeMap<&'static str, Arc<dyn Any + Send + Sync>>;

struct CachedResult<F, T> {
    from: F,
    is: Arc<T>,
}

impl Cache {
    /// Creates a cache that keeps results.
    pub(crate) fn keeping() -> Self {
        Cache(Some(Arc::default()))
    }

    /// Returns true if results are kept.
    pub(crate) fn keeps(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the result of this name, if its input is equal.
    pub(crate) fn known<F: PartialEq + 'static, T: 'static>(&self, name: &str, from: &F) -> Option<Arc<T>> {
        let result = lock(self.0.as_ref()?).get(name).map(Arc::clone)?;
        let made: &CachedResult<F, T> = result.downcast_ref()?;
        (made.from == *from).then(|| Arc::clone(&made.is))
    }

    /// Keeps a result, replacing the one of the same name.
    pub(crate) fn keep<F, T>(&self, name: &'static str, from: F, is: T) -> Arc<T>
    where
        F: Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let is = Arc::new(is);
        if let Some(results) = &self.0 {
            let made = CachedResult { from, is: Arc::clone(&is) };
            lock(results).insert(name, Arc::new(made));
        }
        is
    }

    /// Returns the result of this name: the last one if its input is equal, otherwise a new one.
    pub(crate) fn of<F, T>(&self, name: &'static str, from: F, make: impl FnOnce() -> T) -> Arc<T>
    where
        F: PartialEq + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        self.known(name, &from).unwrap_or_else(|| self.keep(name, from, make()))
    }

    /// Returns the previous value of this name if it is equal. Later comparisons can then use the address instead of
    /// the contents.
    pub(crate) fn last_equal<T: PartialEq + Send + Sync + 'static>(&self, name: &'static str, value: T) -> Arc<T> {
        let last = self.known::<(), T>(name, &());
        last.filter(|last| **last == value).unwrap_or_else(|| self.keep(name, (), value))
    }

    /// Forgets all results.
    pub(crate) fn clear(&self) {
        if let Some(results) = &self.0 {
            lock(results).clear();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The identity of a value, without its contents, and without keeping it alive.
#[derive(Debug)]
pub(crate) struct ValueIdentity<T>(Weak<T>);

impl<T> ValueIdentity<T> {
    pub(crate) fn of(value: &Arc<T>) -> Self {
        ValueIdentity(Arc::downgrade(value))
    }
}

impl<T> Clone for ValueIdentity<T> {
    fn clone(&self) -> Self {
        ValueIdentity(Weak::clone(&self.0))
    }
}

impl<T> PartialEq for ValueIdentity<T> {
    fn eq(&self, other: &Self) -> bool {
        // As long as either exists, no other value gets the same address.
        Weak::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_from_the_same_is_made_once() {
        let cache = Cache::keeping();
        let of = |from: u8| cache.of("square", from, || u32::from(from).pow(2));
        let first = of(3);
        assert!(Arc::ptr_eq(&first, &of(3)) && *first == 9);
        assert_eq!(*of(4), 16);
        assert!(!Arc::ptr_eq(&first, &of(3)), "the last one alone is kept");
        cache.clear();
        assert!(cache.known::<u8, u32>("square", &3).is_none());
        let nothing = Cache::default();
        assert!(!Arc::ptr_eq(&nothing.of("one", (), || 1), &nothing.of("one", (), || 1)));
    }

    #[test]
    fn one_value_is_another_than_its_equal() {
        let cache = Cache::keeping();
        let (first, again) = (cache.last_equal("list", vec![1]), cache.last_equal("list", vec![1]));
        let other = cache.last_equal("list", vec![2]);
        assert!(
            ValueIdentity::of(&first) == ValueIdentity::of(&again)
                && ValueIdentity::of(&first) != ValueIdentity::of(&other)
        );
        assert!(ValueIdentity::of(&Arc::new(1)) != ValueIdentity::of(&Arc::new(1)));
        let gone = ValueIdentity::of(&Arc::new(1));
        assert!(gone != ValueIdentity::of(&Arc::new(1)) && gone == gone.clone());
    }
}
